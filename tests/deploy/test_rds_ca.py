"""deploy/rds-ca.pem: what the site and the functions trust instead of the public authorities."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

FILE = Path(__file__).parents[2] / "deploy" / "rds-ca.pem"
KINDS = {"RSA2048", "RSA4096", "ECC384"}  # rds-ca-rsa2048-g1, rds-ca-rsa4096-g1, rds-ca-ecc384-g1


@pytest.fixture(scope="module")
def authorities() -> dict[str, x509.Certificate]:
    found = x509.load_pem_x509_certificates(FILE.read_bytes())
    return {str(each.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value): each for each in found}


def test_it_works(authorities: dict[str, x509.Certificate]) -> None:
    assert FILE.read_text().count("BEGIN CERTIFICATE") == len(authorities) >= 80
    assert FILE.stat().st_size < 200_000  # it is in both zips and read at each cold start


def test_names(authorities: dict[str, x509.Certificate]) -> None:
    """Each region has one authority of each kind, and nothing else is trusted."""
    names = [re.fullmatch(r"Amazon RDS ([a-z-]+-\d) Root CA (\w+) G1", name) for name in authorities]
    assert None not in names
    kinds = {each[1]: {other[2] for other in names if other and other[1] == each[1]} for each in names if each}
    assert set(map(frozenset, kinds.values())) == {frozenset(KINDS)}
    assert {"us-east-1", "eu-central-1", "ap-northeast-1"} <= set(kinds)


def test_each_is_a_self_signed_authority(authorities: dict[str, x509.Certificate]) -> None:
    for name, each in authorities.items():
        each.verify_directly_issued_by(each)
        assert each.extensions.get_extension_for_class(x509.BasicConstraints).value.ca, name


def test_none_ends_soon(authorities: dict[str, x509.Certificate]) -> None:
    """The first to expire does so in 2061; this fails two years ahead of any that comes with a refresh."""
    first = min(each.not_valid_after_utc for each in authorities.values())
    assert first > datetime.now(UTC) + timedelta(days=730)
    assert first.year == 2061
