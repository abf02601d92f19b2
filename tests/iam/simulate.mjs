// Reads a list of simulations as JSON, writes the list of what IAM would say: Allowed, ImplicitlyDenied,
// ExplicitlyDenied, or "error: …" where a question makes no sense (no such action, no such kind of resource).
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const { runSimulation } = createRequire(process.argv[2])('@cloud-copilot/iam-simulate')

async function said(simulation) {
  const answer = await runSimulation(simulation, {})
  return answer.resultType === 'error' ? `error: ${JSON.stringify(answer.errors)}` : answer.overallResult
}

const simulations = JSON.parse(readFileSync(0, 'utf8'))
process.stdout.write(JSON.stringify(await Promise.all(simulations.map(said))))
