"""terraform/ applied: what an AWS account then holds, what a second plan finds, an update, and that nothing is left.
The tests run in this order; each may be run alone too."""

import base64
import hashlib
import re
import shutil
import zipfile

import pytest

from deploy.former import captioner, versions
from tests.servers.terraform import Stack, TerraformError
from tests.terraform.account import text
from tests.terraform.differences import unknown
from tests.terraform.test_contract import ANNOTATION, OF_GOOGLE, OF_OPENAI, THUMBNAIL, WEB

pytestmark = [pytest.mark.apply, pytest.mark.timeout(1200)]
# The only statements for every resource
NO_NARROWER = {"JoinTheNetwork", "SayHowFullItIs", "NetworkIsNotForTheCode", "SessionManager", "FindTheLogGroup"}


def test_it_works(applied):
    assert len(applied.stack.addresses()) > 100
    assert set(applied.stack.outputs()) > {"site_url", "bucket", "set_model_key", "web_environment"}


def test_nothing_to_do_after_it(applied):
    assert unknown(applied.stack.plan()) == []


def test_without_packages_it_says_what_to_do(moto, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(TerraformError, match="Run `make package`"):
        Stack(tmp_path, moto.url, build=tmp_path / "empty", name_prefix="third").plan()


def test_the_example_is_accepted(moto, build, tmp_path):
    stack = Stack(tmp_path, moto.url, build)
    shutil.copy(stack.folder / "example.tfvars", stack.folder / "terraform.tfvars")
    stack.set(name_prefix="third")
    changes = stack.plan()["resource_changes"]
    assert len([change for change in changes if change["change"]["actions"] == ["create"]]) > 100


def test_a_type_that_no_zone_has(moto, build, tmp_path):
    with pytest.raises(TerraformError, match="two to six zones that offer the instance type"):
        Stack(tmp_path, moto.url, build, name_prefix="third", instance_type="t3.gigantic").plan()


def test_more_connections_than_the_class_takes(moto, build, tmp_path):
    with pytest.raises(TerraformError) as refused:
        Stack(tmp_path, moto.url, build, name_prefix="third", function_concurrency=100).plan()
    said = " ".join(str(refused.value).replace("│", " ").split())
    assert "may open 369 connections to the database, and a db.t3.micro takes 200" in said


def test_the_same_name_in_another_region(default, moto, build, tmp_path):
    """What is one list for the whole account, or the world, has the region in its names."""
    changes = Stack(tmp_path, moto.url, build, region="eu-central-1").plan()["resource_changes"]
    planned = global_names((change["type"], change["change"]["after"]) for change in changes)
    there = global_names((each["type"], each["values"]) for each in default.stack.resources())
    assert {kind for kind, _ in there} == {"aws_iam_role", "aws_iam_instance_profile", "aws_s3_bucket"}
    assert len(planned) == len(there) == 8
    assert planned & there == set()


def global_names(resources):
    """Kind and name of what knows no regions, of pairs of kind and values. An inline policy is its role's own."""
    kept = [pair for pair in resources if re.fullmatch("aws_iam_(?!role_policy).+|aws_s3_bucket", pair[0])]
    return {(kind, values["bucket" if kind == "aws_s3_bucket" else "name"]) for kind, values in kept}


def test_uploads_are_announced(applied):
    bucket = applied.stack.outputs()["bucket"]
    (topic,) = applied.account.client("s3").get_bucket_notification_configuration(Bucket=bucket)["TopicConfigurations"]
    assert topic["TopicArn"] == applied.stack.outputs()["topic_arn"]
    assert topic["Events"] == ["s3:ObjectCreated:*"]
    (rule,) = topic["Filter"]["Key"]["FilterRules"]
    assert (rule["Name"].lower(), rule["Value"]) == ("prefix", "uploads/")


def test_each_function_has_a_queue_of_its_own(applied):
    sns, outputs = applied.account.client("sns"), applied.stack.outputs()
    subscriptions = sns.list_subscriptions_by_topic(TopicArn=outputs["topic_arn"])["Subscriptions"]
    names = {url.split("/")[-1] for url in outputs["queues"].values()}
    assert {(each["Protocol"], each["Endpoint"].split(":")[-1]) for each in subscriptions} == {
        ("sqs", name) for name in names
    }
    for each in subscriptions:
        attributes = sns.get_subscription_attributes(SubscriptionArn=each["SubscriptionArn"])["Attributes"]
        assert attributes["RawMessageDelivery"] == "true"
        assert text(attributes["RedrivePolicy"])["deadLetterTargetArn"].endswith("-dead-letters")


def test_functions_work_on_their_queues(default, everything):
    for applied, most in ((default, 8), (everything, 10)):
        mappings = applied.account.client("lambda").list_event_source_mappings()["EventSourceMappings"]
        mine = [each for each in mappings if f":{applied.account.prefix}-" in each["EventSourceArn"]]
        assert len(mine) == 2
        for each in mine:
            assert each["EventSourceArn"].split(":")[-1] in each["FunctionArn"]
            assert (each["BatchSize"], each["ScalingConfig"]) == (1, {"MaximumConcurrency": most})
            assert each["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


@pytest.mark.parametrize("name", ["thumbnail", "annotation"])
def test_functions_run_the_packages(applied, build, name):
    function = applied.account.function(name)
    chosen = applied.variables.get("captioner", "gemini")
    file = build / (f"annotation-{chosen}.zip" if name == "annotation" else f"{name}.zip")
    digest = hashlib.sha256(file.read_bytes()).digest()
    assert function["CodeSha256"] == base64.b64encode(digest).decode()
    assert (function["Handler"], function["Runtime"]) == (f"processors.{name}.handler", "python3.13")
    assert (function["Timeout"], len(function["VpcConfig"]["SubnetIds"])) == (150, 2)


def test_functions_get_what_they_read(default, everything):
    for name, expected in (("thumbnail", THUMBNAIL), ("annotation", ANNOTATION - OF_GOOGLE)):
        variables = everything.account.function(name)["Environment"]["Variables"]
        assert set(variables) == expected
        assert all(variables.values())
    given = default.account.function("annotation")["Environment"]["Variables"]
    assert given.keys() == ANNOTATION - OF_OPENAI - {"GEMINI_MODEL", "CAPTION_PRICE"}
    assert (given["CAPTIONER"], given["ANNOTATION_BUDGET_USD"]) == ("gemini", "10")


def test_rollback_finds_out_whose_package_it_is(applied):
    s3, bucket = applied.account.client("s3"), applied.stack.outputs()["artifacts_bucket"]
    (newest, *_) = [each for each in versions(s3, bucket)[::-1] if each.key == "annotation.zip"]
    assert captioner(s3, bucket, {newest.key: newest}) == applied.variables.get("captioner", "gemini")


def test_what_fails_for_good_is_kept(applied):
    sqs, outputs = applied.account.client("sqs"), applied.stack.outputs()
    for kind, url in outputs["queues"].items():
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        policy = text(attributes["RedrivePolicy"])
        assert policy["deadLetterTargetArn"].split(":")[-1] == outputs["dead_letter_queues"][kind].split("/")[-1]
        assert (int(policy["maxReceiveCount"]), attributes["VisibilityTimeout"]) == (5, "180")


def test_functions_are_published_behind_an_alias(applied):
    for name, version in applied.stack.outputs()["releases"].items():
        alias = applied.account.client("lambda").get_alias(FunctionName=name, Name="live")
        assert alias["FunctionVersion"] == version == "1"


def test_instances_get_the_site_s_environment(applied):
    script, outputs = applied.account.user_data(), applied.stack.outputs()
    not_chosen = OF_GOOGLE if "captioner" in applied.variables else OF_OPENAI | {"GEMINI_MODEL", "CAPTION_PRICE"}
    assert set(outputs["web_environment"]) == WEB - not_chosen
    for name, value in outputs["web_environment"].items():
        assert name in script
        assert value in script
    assert outputs["artifacts_bucket"] in script
    assert len(script) <= 16384


def test_instances_are_private(applied):
    subnets = applied.account.group()["VPCZoneIdentifier"].split(",")
    found = applied.account.client("ec2").describe_subnets(SubnetIds=subnets)["Subnets"]
    assert {tag["Value"] for subnet in found for tag in subnet["Tags"] if tag["Key"] == "Name"} == {
        f"{applied.account.prefix}-private-{zone}" for zone in applied.stack.outputs()["availability_zones"]
    }  # fmt: skip
    assert not any(subnet["MapPublicIpOnLaunch"] for subnet in found)


def test_the_database_s_subnets_lead_nowhere(applied):
    ec2 = applied.account.client("ec2")
    (group,) = applied.account.client("rds").describe_db_subnet_groups(DBSubnetGroupName=applied.account.prefix)[
        "DBSubnetGroups"
    ]
    for subnet in group["Subnets"]:
        mine = [{"Name": "association.subnet-id", "Values": [subnet["SubnetIdentifier"]]}]
        (table,) = ec2.describe_route_tables(Filters=mine)["RouteTables"]
        assert [route["GatewayId"] for route in table["Routes"]] == ["local"]
    assert len(group["Subnets"]) == 2


def test_s3_leads_to_own_buckets_alone(applied):
    mine = [{"Name": "vpc-id", "Values": [applied.account.vpc()]}]
    endpoints = applied.account.client("ec2").describe_vpc_endpoints(Filters=mine)["VpcEndpoints"]
    (policy,) = [text(each["PolicyDocument"]) for each in endpoints if each["VpcEndpointType"] == "Gateway"]
    buckets = [applied.stack.outputs()[name] for name in ("bucket", "artifacts_bucket")]
    own = [f"arn:aws:s3:::{name}{rest}" for name in buckets for rest in ("", "/*")]
    reached = [resource for statement in policy["Statement"] for resource in statement["Resource"]]
    assert reached == [*own, "arn:aws:s3:::al2023-repos-us-east-1-*/*"]


def test_who_reaches_whom(default, everything):
    assert default.account.reachable(3306) == {"database": {"web", "functions"}}
    assert default.account.reachable(5000) == {"web": {"load-balancer"}}
    assert default.account.reachable(22) == {"web": {"bastion"}}
    assert everything.account.reachable(22) == {"web": {"bastion"}, "bastion": {"203.0.113.0/24"}}
    assert default.account.reachable(443) == {"endpoints": {"web", "functions"}}  # no certificate, no door
    assert everything.account.reachable(443) == {"load-balancer": {"0.0.0.0/0"}, "endpoints": {"web", "functions"}}


@pytest.mark.parametrize("role", ["web", "thumbnail", "annotation"])
def test_roles_name_what_they_may(applied, role):
    for statement in applied.account.statements(role):
        assert not [action for action in statement["Action"] if "*" in action], statement
        broad = [resource for resource in statement["Resource"] if resource == "*"]
        assert not broad or statement["Sid"] in NO_NARROWER, statement


def test_the_bastion_may_do_nothing(everything):
    assert everything.stack.outputs()["bastion"]["instance_id"].startswith("i-")
    assert everything.account.statements("bastion") == []


def test_buckets_are_closed(applied):
    s3 = applied.account.client("s3")
    for bucket in (applied.stack.outputs()["bucket"], applied.stack.outputs()["artifacts_bucket"]):
        assert all(s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"].values())
        assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
        (statement, *others) = text(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]
        assert (statement["Effect"], statement["Principal"], others) == ("Deny", "*", [])


def test_the_database_is_private_and_kept(default, everything):
    for applied in (default, everything):
        database = applied.account.database()
        assert not database["PubliclyAccessible"]
        assert database["StorageEncrypted"]
        assert database["DeletionProtection"]
        assert database["DBName"] == "image_annotations_db"
    assert (default.account.database()["MultiAZ"], everything.account.database()["MultiAZ"]) == (False, True)


def test_no_secret_is_in_the_state(applied):
    secrets, environment = applied.account.client("secretsmanager"), applied.stack.outputs()["web_environment"]
    key = secrets.get_secret_value(SecretId=environment["SECRET_KEY_ARN"])["SecretString"]
    database = secrets.get_secret_value(SecretId=environment["DATABASE_SECRET_ARN"])["SecretString"]
    assert len(key) == 64
    assert key not in applied.state
    assert text(database)["password"] not in applied.state


def test_the_model_s_key_is_a_person_s(applied):
    secrets, outputs = applied.account.client("secretsmanager"), applied.stack.outputs()
    assert not secrets.describe_secret(SecretId=outputs["model_key_arn"]).get("VersionIdsToStages")
    assert outputs["model_key_arn"] in outputs["set_model_key"]


def test_the_token_of_monitoring_is_a_person_s(applied):
    """Empty, as the model's key; an instance reads it, and a function does not."""
    outputs = applied.stack.outputs()
    arn = outputs["web_environment"]["METRICS_TOKEN_ARN"]
    assert not applied.account.client("secretsmanager").describe_secret(SecretId=arn).get("VersionIdsToStages")
    assert outputs["set_metrics_token"].count(arn) == 1
    assert {role for role in ("web", "thumbnail", "annotation") if arn in secrets_of(applied, role)} == {"web"}


def test_a_new_picture_is_shown_at_once_or_after_review(default, everything):
    for applied, publish in ((default, "at once"), (everything, "after review")):
        assert applied.stack.outputs()["web_environment"]["PUBLISH"] == publish
        for name in ("thumbnail", "annotation"):
            assert applied.account.function(name)["Environment"]["Variables"]["PUBLISH"] == publish


def test_each_captioner_reads_its_own_key_alone(default, everything):
    """And nobody else reads it, though an instance knows that there is one."""
    for applied, kind in ((default, "gemini"), (everything, "caption")):
        arn = applied.stack.outputs()["model_key_arn"]
        assert f"-{kind}-key-" in arn
        readers = {role for role in ("web", "thumbnail", "annotation") if arn in secrets_of(applied, role)}
        assert readers == {"annotation"}
        assert [each for each in secrets_of(applied, "annotation") if "-key-" in each] == [arn]


def secrets_of(applied, role):
    (statement,) = [each for each in applied.account.statements(role) if each["Sid"] == "GetSecrets"]
    return statement["Resource"]


def test_http_alone_by_default(default):
    (listener,) = default.account.listeners().values()
    assert (listener["Port"], listener["DefaultActions"][0]["Type"]) == (80, "forward")
    assert "bastion" not in default.stack.outputs()
    assert default.stack.outputs()["site_url"].startswith("http://")


def test_https_with_a_certificate(everything):
    listeners = everything.account.listeners()
    redirect = listeners[80]["DefaultActions"][0]["RedirectConfig"]
    assert (redirect["Protocol"], redirect["StatusCode"]) == ("HTTPS", "HTTP_301")
    assert listeners[443]["SslPolicy"] == "ELBSecurityPolicy-TLS13-1-2-2021-06"
    assert listeners[443]["Certificates"][0]["CertificateArn"] == everything.variables["certificate_arn"]


def test_options_of_the_load_balancer(everything):
    attributes = everything.account.load_balancer_attributes()
    assert attributes["access_logs.s3.enabled"] == "true"
    assert attributes["routing.http.drop_invalid_header_fields.enabled"] == "true"
    (firewall,) = everything.account.client("wafv2").list_web_acls(Scope="REGIONAL")["WebACLs"]
    assert firewall["Name"] == "everything"


def test_requests_are_logged_by_default(default):
    assert default.account.load_balancer_attributes()["access_logs.s3.enabled"] == "true"
    bucket = default.stack.outputs()["bucket"]
    log = default.account.client("s3").get_bucket_logging(Bucket=bucket)["LoggingEnabled"]
    assert (log["TargetBucket"], log["TargetPrefix"]) == (bucket.replace("pictures", "access-logs", 1), "pictures/")


def test_options_of_the_network(default, everything):
    ec2 = everything.account.client("ec2")
    for applied, gateways, endpoints in ((default, 1, 1), (everything, 2, 9)):
        mine = [{"Name": "vpc-id", "Values": [applied.account.vpc()]}]
        assert len(ec2.describe_nat_gateways(Filter=mine)["NatGateways"]) == gateways
        assert len(ec2.describe_vpc_endpoints(Filters=mine)["VpcEndpoints"]) == endpoints


def test_failed_launches_and_refreshes_are_told(applied):
    events, prefix = applied.account.client("events"), applied.account.prefix
    assert prefix + "-web" in events.describe_rule(Name=f"{prefix}-group")["EventPattern"]
    (target,) = events.list_targets_by_rule(Rule=f"{prefix}-group")["Targets"]
    assert target["Arn"].endswith(f":{prefix}-alarms")


def test_alarms_tell_somebody(everything):
    alarms = everything.account.client("cloudwatch").describe_alarms(AlarmNamePrefix="everything-")["MetricAlarms"]
    assert len(alarms) == 26  # with two NAT gateways
    (topic,) = {action for alarm in alarms for action in alarm["AlarmActions"]}
    told = everything.account.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert [(each["Protocol"], each["Endpoint"]) for each in told] == [("email", "you@example.org")]


def test_an_update_reaches_instances_and_functions(both, build):
    """A new package, another captioner, and the protection taken off, as docs/deploy.md says for the teardown."""
    stacks = (both.default, both.everything)
    old = [(each.account.user_data(), int(each.account.group()["LaunchTemplate"]["Version"])) for each in stacks]
    for name in ("app", "thumbnail"):
        with zipfile.ZipFile(build / f"{name}.zip", "a") as package:
            package.writestr("new", "")
    given_up = {"deletion_protection": False, "force_destroy": True}  # the buckets hold logs by now
    for applied, another in zip(stacks, ("offline", "genai"), strict=True):
        applied.variables["captioner"] = another
    both.each(lambda applied: applied.stack.set(**applied.variables, **given_up))
    both.each(lambda applied: applied.stack.apply())
    for applied, (script, version) in zip(stacks, old, strict=True):
        assert applied.account.user_data() != script
        assert int(applied.account.group()["LaunchTemplate"]["Version"]) == version + 1
        test_functions_run_the_packages(applied, build, "thumbnail")
        captioner_has_changed(applied, build)


def captioner_has_changed(applied, build):
    """The function has the package, the settings and the key of the new one, and nothing of the former."""
    test_functions_run_the_packages(applied, build, "annotation")
    test_rollback_finds_out_whose_package_it_is(applied)
    outputs, given = applied.stack.outputs(), applied.account.function("annotation")["Environment"]["Variables"]
    assert given["CAPTIONER"] == outputs["web_environment"]["CAPTIONER"] == applied.variables["captioner"]
    assert not given.keys() & OF_OPENAI
    keys = [each for each in secrets_of(applied, "annotation") if "-key-" in each]
    if given["CAPTIONER"] == "offline":
        assert (keys, given.keys() & OF_GOOGLE, "model_key_arn" in outputs) == ([], set(), False)
        assert outputs["set_model_key"] == "echo 'This captioner needs no key.'"
    else:
        assert keys == [given["GEMINI_SECRET_ARN"]] == [outputs["model_key_arn"]]


def test_destroy_leaves_nothing(both):
    both.each(lambda applied: applied.stack.destroy())
    assert both.default.stack.addresses() == both.everything.stack.addresses() == []
    assert both.default.account.left() == {}
    snapshots = both.default.account.client("rds").describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]
    (last,) = [each["DBSnapshotIdentifier"] for each in snapshots]  # of everything, final_snapshot is off
    assert re.fullmatch(r"annotations-final-[0-9a-f]{8}", last)
