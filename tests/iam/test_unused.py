"""Rights that nobody needs."""

from tests.iam.a_stack import BUCKET, allow, shown
from tests.iam.report import numbers, policies, problems, table
from tests.iam.request import Request
from tests.iam.stack import Stack
from tests.iam.unused import KEPT, Right, unused

PUT = Request("web", "s3:PutObject", f"{BUCKET}/uploads/a.jpg", "recorded: s3 PutObject")


def test_it_works() -> None:
    stack = Stack(shown(web=[allow(["s3:PutObject", "s3:DeleteObject"], f"{BUCKET}/uploads/*")]))
    assert unused(stack, [PUT]) == [Right("web", "s3:DeleteObject", f"{BUCKET}/uploads/*")]


def test_each_place_of_a_statement_counts() -> None:
    stack = Stack(shown(web=[allow(["s3:PutObject"], f"{BUCKET}/uploads/*", f"{BUCKET}/previews/*")]))
    assert unused(stack, [PUT]) == [Right("web", "s3:PutObject", f"{BUCKET}/previews/*")]


def test_of_another_actor_it_is_no_need() -> None:
    stack = Stack(shown(thumbnail=[allow(["s3:PutObject"], f"{BUCKET}/uploads/*")]))
    assert len(unused(stack, [PUT])) == 1


def test_what_is_kept_says_why() -> None:
    stack = Stack(shown(thumbnail=[allow(["s3:DeleteObject"], f"{BUCKET}/thumbnails/*")]))
    assert unused(stack, []) == []
    assert all(reason for reason in KEPT.values())


def test_words() -> None:
    stack, idle = Stack(shown()), [Right("web", "s3:DeleteObject", "*")]
    said = problems([(PUT, "ImplicitlyDenied")], [(PUT, "Allowed"), (PUT, "error: none")], idle)
    assert len(said) == 4
    assert said[0].endswith("(recorded: s3 PutObject): ImplicitlyDenied, but it is needed.")
    assert said[1].endswith("Allowed, but it must be refused.")
    assert said[3].startswith("web may s3:DeleteObject on *, and nothing here needs it")
    assert problems([(PUT, "Allowed")], [(PUT, "ExplicitlyDenied")], []) == []
    assert "allowed     1 of 1 that are needed" in numbers(9, [(PUT, "Allowed")], [], [], stack)


def test_table() -> None:
    """One line for who has the same question."""
    other = PUT._replace(actor="thumbnail")
    lines = table("Needed", [(PUT, "Allowed"), (other, "Allowed")]).splitlines()
    assert lines[1:] == [
        "Needed",
        "  s3:PutObject  s3 t-pictures/uploads/…  Allowed  web, thumbnail  recorded: s3 PutObject",
    ]
    assert "module.web.aws_iam_role_policy.this" in policies(Stack(shown()))
