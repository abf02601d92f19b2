"""What must be refused: who, what, on what. Names in braces: see `names`."""

from typing import Any

from tests.iam import services
from tests.iam.request import STRANGER, Request
from tests.iam.stack import ACTORS, PROCESSORS, Stack
from tests.iam.written import NETWORK, POLLER

WEB, THUMBNAIL, ANNOTATION = ("web",), ("thumbnail",), ("annotation",)
ANYBODY = ("anybody",)
STRANGERS = (f"arn:aws:iam::{STRANGER}:role/stranger",)
INTRUDER = ("intruder",)

Row = tuple[tuple[str, ...], str, str]

PICTURES: list[Row] = [
    (ACTORS, "s3:GetObject", "{pictures}/private/a.jpg"),
    (ACTORS, "s3:PutObject", "{pictures}/private/a.jpg"),
    (ACTORS, "s3:DeleteObject", "{pictures}/private/a.jpg"),
    (ACTORS, "s3:GetObjectVersion", "{pictures}/uploads/deleted.jpg"),
    (ACTORS, "s3:DeleteObjectVersion", "{pictures}/uploads/deleted.jpg"),
    (ACTORS, "s3:PutObjectAcl", "{pictures}/uploads/a.jpg"),
    (ACTORS, "s3:PutBucketPolicy", "{pictures}"),
    (ACTORS, "s3:DeleteBucket", "{pictures}"),
    (PROCESSORS, "s3:PutObject", "{pictures}/uploads/a.jpg"),
    (PROCESSORS, "s3:DeleteObject", "{pictures}/uploads/a.jpg"),
    (THUMBNAIL, "s3:GetObject", "{pictures}/thumbnails/a.webp"),
    (ANNOTATION, "s3:PutObject", "{pictures}/thumbnails/a.webp"),
    (ANNOTATION, "s3:DeleteObject", "{pictures}/thumbnails/a.webp"),
    (ANYBODY, "s3:GetObject", "{pictures}/thumbnails/a.webp"),
    (STRANGERS, "s3:GetObject", "{pictures}/thumbnails/a.webp"),
]
OTHER_BUCKETS: list[Row] = [
    (ACTORS, "s3:ListAllMyBuckets", "*"),
    (ACTORS, "s3:GetObject", "arn:aws:s3:::{account}-terraform-state/terraform.tfstate"),
    (ACTORS, "s3:ListBucket", "arn:aws:s3:::{account}-terraform-state"),
    (ACTORS, "s3:PutObject", "arn:aws:s3:::strangers-bucket/a.jpg"),
    (INTRUDER, "s3:PutObject", "arn:aws:s3:::strangers-bucket/a.jpg"),
    (INTRUDER, "s3:PutObject", "arn:aws:s3:::al2023-repos-{region}-de612dc2/a.jpg"),
    (ACTORS, "s3:PutObject", "{artifacts}/app.zip"),
    (ACTORS, "s3:ListBucket", "{artifacts}"),
    (WEB, "s3:GetObject", "{artifacts}/thumbnail.zip"),
    (PROCESSORS, "s3:GetObject", "{artifacts}/app.zip"),
    (PROCESSORS, "s3:GetObject", "{artifacts}/thumbnail.zip"),
]
SECRETS: list[Row] = [
    (PROCESSORS, "secretsmanager:GetSecretValue", "{master}"),
    (PROCESSORS, "secretsmanager:GetSecretValue", "{secret_key}"),
    (PROCESSORS, "secretsmanager:GetSecretValue", "{metrics_token}"),
    (THUMBNAIL, "secretsmanager:GetSecretValue", "{model_key}"),
    (WEB, "secretsmanager:GetSecretValue", "{model_key}"),
    (ACTORS, "secretsmanager:PutSecretValue", "{model_key}"),
    (ACTORS, "secretsmanager:PutSecretValue", "{metrics_token}"),
    # Of another captioner, as it may be left from before a change
    (
        ACTORS,
        "secretsmanager:GetSecretValue",
        "arn:aws:secretsmanager:{region}:{account}:secret:t-caption-key-aB3dE6",
    ),
    (ACTORS, "secretsmanager:GetSecretValue", "arn:aws:secretsmanager:{region}:{account}:secret:other-aB3dE6"),
    (ACTORS, "secretsmanager:PutSecretValue", "{functions_user}"),
    (ACTORS, "secretsmanager:PutSecretValue", "{secret_key}"),
    (ACTORS, "secretsmanager:ListSecrets", "*"),
    (ACTORS, "ssm:GetParameter", "arn:aws:ssm:{region}:{account}:parameter/other"),
]
QUEUES: list[Row] = [
    *((THUMBNAIL, action, "{annotation_queue}") for action in POLLER),
    *((ANNOTATION, action, "{thumbnail_queue}") for action in POLLER),
    (PROCESSORS, "sqs:SendMessage", "{thumbnail_queue}"),
    (PROCESSORS, "sqs:SendMessage", "{annotation_queue}"),
    (PROCESSORS, "sqs:ReceiveMessage", "{thumbnail_dead_letters}"),
    (PROCESSORS, "sqs:ReceiveMessage", "{annotation_dead_letters}"),
    (WEB, "sqs:ReceiveMessage", "{thumbnail_queue}"),
    (WEB, "sqs:PurgeQueue", "{annotation_dead_letters}"),
    (WEB, "sqs:SetQueueAttributes", "{thumbnail_queue}"),
    (ACTORS, "sqs:SendMessage", "arn:aws:sqs:{region}:{account}:other"),
    (ACTORS, "sqs:ReceiveMessage", "arn:aws:sqs:{region}:{account}:other"),
    (ACTORS, "sns:Publish", "{topic}"),
    (ACTORS, "sns:Publish", "{alarms}"),
    (ACTORS, "sns:Publish", "arn:aws:sns:{region}:{account}:other"),
    (ANYBODY, "sqs:SendMessage", "{thumbnail_queue}"),
    (ANYBODY, "sns:Publish", "{topic}"),
    (STRANGERS, "sqs:SendMessage", "{annotation_queue}"),
    (STRANGERS, "sns:Publish", "{topic}"),
]
REACH: list[Row] = [
    (ACTORS, "iam:PassRole", "arn:aws:iam::{account}:role/other"),
    (ACTORS, "iam:CreateUser", "arn:aws:iam::{account}:user/other"),
    (ACTORS, "iam:PutRolePolicy", "arn:aws:iam::{account}:role/{web_role}"),
    (ACTORS, "iam:PutRolePolicy", "arn:aws:iam::{account}:role/{thumbnail_role}"),
    (ACTORS, "sts:AssumeRole", "arn:aws:iam::{account}:role/other"),
    (ACTORS, "lambda:UpdateFunctionCode", "{thumbnail_function}"),
    (ACTORS, "lambda:UpdateFunctionConfiguration", "{annotation_function}"),
    (ACTORS, "lambda:InvokeFunction", "{annotation_function}"),
    (PROCESSORS, "lambda:UpdateAlias", "{thumbnail_function}"),
    (WEB, "lambda:UpdateAlias", "arn:aws:lambda:{region}:{account}:function:other"),
    (ACTORS, "ec2:RunInstances", "arn:aws:ec2:{region}:{account}:instance/*"),
    (ACTORS, "rds:ModifyDBInstance", "arn:aws:rds:{region}:{account}:db:other"),
    (ACTORS, "autoscaling:SetDesiredCapacity", "{group}"),
    (PROCESSORS, "autoscaling:CompleteLifecycleAction", "{group}"),
    (ACTORS, "ssm:SendCommand", "arn:aws:ec2:{region}:{account}:instance/i-0123456789abcdef0"),
    (ACTORS, "logs:PutLogEvents", "arn:aws:logs:{region}:{account}:log-group:other:log-stream:any"),
    (ACTORS, "logs:DeleteLogGroup", "arn:aws:logs:{region}:{account}:log-group:other:log-stream:"),
    # Lambda may, with these roles; the code inside may not
    *((PROCESSORS, action, "*") for action in NETWORK),
]
ROWS = [*PICTURES, *OTHER_BUCKETS, *SECRETS, *QUEUES, *REACH]


def requests(stack: Stack) -> list[Request]:
    """All of them, in the words of this stack."""
    place = names(stack)
    rows = [
        Request(actor, action, where.format(**place), "must be refused") for actors, action, where in ROWS
        for actor in actors
    ]  # fmt: skip
    return [*rows, *_otherwise(stack, place), *services.forged(stack)]


def names(stack: Stack) -> dict[str, Any]:
    """What stands in the braces. LookupError in words where the stack has no such thing any more."""
    environment, dead = stack.outputs["web_environment"], stack.outputs["dead_letter_queues"]
    mapping = {each: stack.find("aws_lambda_event_source_mapping", each)["event_source_arn"] for each in PROCESSORS}
    return {
        "account": stack.account, "region": stack.region, "topic": stack.topic,
        "alarms": services.alarms(stack),
        "pictures": stack.s3(stack.outputs["bucket"]), "artifacts": stack.s3(stack.outputs["artifacts_bucket"]),
        "master": stack.outputs["database"]["secret_arn"], "model_key": stack.outputs["model_key_arn"],
        "secret_key": environment["SECRET_KEY_ARN"], "metrics_token": environment["METRICS_TOKEN_ARN"],
        "functions_user": environment["FUNCTIONS_DATABASE_SECRET_ARN"],
        "group": stack.find("aws_autoscaling_group", "web")["arn"],
        **{f"{each}_role": stack.role(each) for each in ACTORS},
        **{f"{each}_function": stack.function(each) for each in PROCESSORS},
        **{f"{each}_queue": arn for each, arn in mapping.items()},
        **{f"{each}_dead_letters": stack.arn("sqs", dead[each].rsplit("/", 1)[1]) for each in PROCESSORS},
    }  # fmt: skip


def _otherwise(stack: Stack, place: dict[str, Any]) -> list[Request]:
    """What the roles may, but not so: metrics in AWS's name, and objects without TLS."""
    plain, metrics = (("aws:SecureTransport", "false"),), (("cloudwatch:namespace", "AWS/EC2"),)
    objects = [("web", "uploads/a.jpg"), ("thumbnail", "uploads/a.jpg"), ("annotation", "previews/a.webp")]
    return [
        Request("web", "cloudwatch:PutMetricData", "*", "as if AWS had measured it", metrics),
        *(Request(who, "s3:GetObject", f"{place['pictures']}/{key}", "without TLS", plain) for who, key in objects),
    ]
