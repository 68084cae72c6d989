"""Names in the code are nouns and verbs that say what they stand for (docs/glossary.md): no word that fits any value."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import henk_pipeline

PACKAGE = Path(henk_pipeline.__file__).parent
BANNED = {
    "told", "said", "found", "one", "work", "both", "every", "here", "there", "who", "what", "known", "beside", "whole", "in_vain",
}  # fmt: skip
BANNED_PARTS = {"told", "said", "beside"}


def bound_names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the line and the identifier of everything that a module names itself."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.Attribute(attr=name, ctx=ast.Store()) | ast.arg(arg=name):
                yield node.lineno, name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield node.lineno, name
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield node.lineno, name
            case ast.MatchMapping(rest=str(name)):
                yield node.lineno, name
            case ast.alias(asname=str(name)):
                yield node.lineno, name


def is_banned(name: str) -> bool:
    plain = name.strip("_").lower()
    return plain in BANNED or not BANNED_PARTS.isdisjoint(plain.split("_"))


def banned_names(source: str, path: str) -> list[str]:
    return [f"{path}:{line}: {name}" for line, name in bound_names(ast.parse(source)) if is_banned(name)]


@pytest.mark.parametrize(
    "source",
    [
        "found = 1",
        "_told = 1",
        "SAID_BY = {}",
        "class Known: pass",
        "def whole(): pass",
        "async def _both(): pass",
        "def f(*, every): pass",
        "lambda one: 1",
        "self.beside_channel = 1",
        "for who in x: pass",
        "[there for there in x]",
        "if (said := f()): pass",
        "with f() as work: pass",
        "try: pass\nexcept ValueError as what: pass",
        "import os as here",
        "match x:\n    case [*found]: pass",
        "match x:\n    case {'a': one, **both}: pass",
    ],
)
def test_a_banned_name_is_reported_wherever_it_is_bound(source):
    assert banned_names(source, "module.py")


@pytest.mark.parametrize("source", ["known_names = 1", "print(found)", "x = 'told'", "def one_row(): pass", "f(whole=True)", "x.both"])
def test_other_names_and_uses_are_not_reported(source):
    assert not banned_names(source, "module.py")


def test_no_name_of_the_package_is_banned():
    banned = [
        entry
        for path in sorted(PACKAGE.rglob("*.py"))
        for entry in banned_names(path.read_text("utf-8"), str(path.relative_to(PACKAGE.parent)))
    ]
    assert not banned, "Name what each value is (docs/glossary.md):\n" + "\n".join(banned)
