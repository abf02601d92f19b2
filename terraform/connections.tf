# The one place that adds up who may hold a connection to the database at the same time. The database takes exactly so
# many; what its class can't take is refused by the module database, with both numbers.
locals {
  # Per instance: gunicorn's 2 x 16 threads and the worker (tests/terraform/test_contract.py).
  connections_of_an_instance = 33

  connections = {
    instances = ceil(var.web_capacity.max * 1.34) * local.connections_of_an_instance # while a refresh replaces them, see modules/web
    functions = 2 * var.function_concurrency                                         # thumbnail and annotation, one each
    people    = 4                                                                    # a shell, RDS's own, one to spare
  }
  max_connections = sum(values(local.connections))
}
