"""Version, licence and addresses are the same wherever they stand."""

import re
import tomllib
from pathlib import Path

import pytest

import clearprop

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CITATION = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
SECURITY = (ROOT / "SECURITY.md").read_text(encoding="utf-8")


def cited(key: str) -> str:
    """A value of CITATION.cff that stands in one line."""
    (value,) = re.findall(rf"^{key}: (.+)$", CITATION, re.MULTILINE)
    return value


def test_the_citation_is_of_this_version() -> None:
    assert cited("version") == clearprop.__version__
    assert cited("license") == PROJECT["license"]
    assert cited("repository-code") == PROJECT["urls"]["Source"]
    abstract = " ".join(re.findall(r"abstract: >-\n((?:  .*\n)+)", CITATION)[0].split())
    assert abstract == PROJECT["description"]
    keywords = re.findall(r"^  - (?!name)(.+)$", CITATION, re.MULTILINE)
    assert keywords == PROJECT["keywords"]


@pytest.mark.parametrize("name", ["Documentation", "Source", "Changelog", "Issues"])
def test_every_address_is_in_the_repository(name: str) -> None:
    url = PROJECT["urls"][name]
    assert url.startswith(PROJECT["urls"]["Homepage"])
    inside = re.sub(r".*/(?:blob|tree)/main/", "", url)
    assert inside == url or (ROOT / inside).exists()


def test_a_package_index_shows_the_readme_with_whole_addresses() -> None:
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    relative = re.findall(r"\]\((?!https?://)([^)]+)\)", text)
    for change in tools["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]["substitutions"]:
        text = re.sub(change["pattern"], change["replacement"], text)
    addresses = re.findall(r"\]\((https?://[^)]+)\)", text)
    assert len(re.findall(r"\]\(", text)) == len(addresses)
    source = PROJECT["urls"]["Source"]
    raw = source.replace("https://github.com", "https://raw.githubusercontent.com")
    for target in relative:
        picture = target.endswith((".svg", ".png"))
        assert (f"{raw}/main/{target}" if picture else f"{source}/blob/main/{target}") in addresses


def test_security_says_the_same_in_both_languages() -> None:
    english, chinese = SECURITY.split("## 安全")
    for pattern in (r"`[^`]+`", r"^- "):
        found = [re.findall(pattern, part, re.MULTILINE) for part in (english, chinese)]
        assert sorted(found[0]) == sorted(found[1]) != []
    for target in re.findall(r"\]\((?![h#])([^)]+)\)", SECURITY):
        assert (ROOT / target).exists(), target


def test_security_promises_what_the_limits_are() -> None:
    from clearprop.network.parameters import MAX_PARAMETERS

    assert MAX_PARAMETERS == 2**30
    assert SECURITY.count("2^30") == 2
    assert SECURITY.count(f"{8 * MAX_PARAMETERS // 2**30} GiB") == 2
