"""Small decision models for tests, written as little as possible."""

from __future__ import annotations

from xml.sax.saxutils import escape

from engine.dmn import DecisionModel, read

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def definitions(body: str, *, namespace: str = NAMESPACE, name: str = "model", target: str = "urn:model") -> bytes:
    """A whole file around some elements."""
    return f'<definitions xmlns="{namespace}" name="{name}" namespace="{target}">{body}</definitions>'.encode()


def inputs(*names: str) -> str:
    """Input data, with their types behind a colon if they have one."""
    parts = []
    for written in names:
        name, _colon, kind = written.partition(":")
        reference = f' typeRef="{kind}"' if kind else ""
        parts.append(f'<inputData id="{name}" name="{name}"><variable name="{name}"{reference}/></inputData>')
    return "".join(parts)


def requires(*references: str) -> str:
    """Information requirements: inputs, and decisions behind an exclamation mark; knowledge behind a tilde."""
    parts = []
    for reference in references:
        if reference.startswith("~"):
            need = f'<requiredKnowledge href="#{reference[1:]}"/>'
            parts.append(f"<knowledgeRequirement>{need}</knowledgeRequirement>")
            continue
        kind = "requiredDecision" if reference.startswith("!") else "requiredInput"
        need = f'<{kind} href="#{reference.lstrip("!")}"/>'
        parts.append(f"<informationRequirement>{need}</informationRequirement>")
    return "".join(parts)


def literal(text: str) -> str:
    """A literal expression."""
    return f"<literalExpression><text>{escape(text)}</text></literalExpression>"


def decision(name: str, logic: str, *needs: str, kind: str = "") -> str:
    """A decision, its id like its name."""
    reference = f' typeRef="{kind}"' if kind else ""
    variable = f'<variable name="{name}"{reference}/>'
    return f'<decision id="{name}" name="{name}">{variable}{requires(*needs)}{logic}</decision>'


def table(policy: str, columns: str, outputs: str, *rows: str, aggregation: str = "", values: str = "") -> str:
    """A decision table: columns and outputs by comma, rows as `test; test => output; output`."""
    heads = "".join(
        f"<input><inputExpression><text>{escape(text.strip())}</text></inputExpression></input>"
        for text in columns.split(",")
    )
    allowed = f"<outputValues><text>{escape(values)}</text></outputValues>" if values else ""
    heads += "".join(f'<output name="{name.strip()}">{allowed}</output>' for name in outputs.split(","))
    body = "".join(row(number, text) for number, text in enumerate(rows, 1))
    extra = f' aggregation="{aggregation}"' if aggregation else ""
    return f'<decisionTable hitPolicy="{policy}"{extra}>{heads}{body}</decisionTable>'


def row(number: int, text: str) -> str:
    """A rule, as of `table`."""
    tests, _arrow, outputs = text.partition("=>")
    cells = "".join(f"<inputEntry><text>{escape(cell.strip())}</text></inputEntry>" for cell in tests.split(";"))
    cells += "".join(f"<outputEntry><text>{escape(cell.strip())}</text></outputEntry>" for cell in outputs.split(";"))
    return f'<rule id="row_{number}">{cells}</rule>'


def model(*elements: str) -> DecisionModel:
    """A model of these elements."""
    return read(definitions("".join(elements)), name="test.dmn")
