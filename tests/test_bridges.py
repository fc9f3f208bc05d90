"""Claims and conflicts in the formats of other tools, held against what each format's own description asks for."""

from __future__ import annotations

import json
import re
import warnings
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import jsonschema  # type: ignore[import-untyped]
import pytest
import rdflib
from rdflib.namespace import RDF
from typer.testing import CliRunner

from pipeline.cli.app import app
from pipeline.errors import UsageError
from pipeline.exchange.formats import READERS, export_result, read_labels
from pipeline.exchange.kinds import Format, LabelFormat, Of
from pipeline.exchange.result import open_result
from pipeline.exchange.sarif import LEVELS
from pipeline.exchange.spans import LabelledSpan, Labels, compare_spans, list_spans
from pipeline.schema import ClaimRow, ConflictMemberRow, ConflictRow
from pipeline.store import name_text_layer
from runs import Run, run_folder, write_pages
from test_exchange import FIRST, SECOND

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.exchange.result import Result

HOSTILE = (
    '# Semax\r\n\r\n🧪 Semax "has" a \\n half-life in rat plasma\r\nof 20 minutes } ] <x> . @en.\r\n\r\n'
    "> The half-life of Semax in rat plasma is 7 hours.\r\n\r\n𝛽𝛽 Semax is a hexapeptide.\r\n"
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("bridges")
    raw = write_pages(folder / "raw", first_md=FIRST, second_txt=SECOND)
    write_pages(raw / "deep folder", **{"höstile %20_md": HOSTILE})
    (raw / "deep folder" / "wide.txt").write_bytes("The half-life of Semax in rat plasma is 3 h. 🧪".encode("utf-16"))
    return run_folder(raw, folder / "out")


@pytest.fixture(scope="module")
def result(run: Run) -> Result:
    return open_result(run.out)


@pytest.fixture(scope="module")
def texts(result: Result) -> dict[str, str]:
    return {page.row.source_id: page.text for page in result.pages()}


def write(result: Result, form: Format, target: Path, of: Of = Of.CLAIMS) -> Path:
    export_result(result, form, target, of=of)
    return target


def all_spans(result: Result, of: Of) -> set[LabelledSpan]:
    return {span for spans in list_spans(result, of).values() for span in spans}


# ------------------------------------------------------------------------------------------- annotation tools

TOOLS = [Format.LABEL_STUDIO, Format.DOCCANO, Format.BRAT]
Change = list[tuple[str, int, int, str]]  # page, start, end, label


def annotate(form: Format, target: Path) -> Path:
    """What the tool would export if a person agreed with every label."""
    if form is not Format.LABEL_STUDIO:
        return target
    tasks = json.loads((target / "tasks.json").read_text(encoding="utf-8"))
    for number, task in enumerate(tasks, start=1):
        (prediction,) = task.pop("predictions")
        task.update(id=number, annotations=[{"id": number, "was_cancelled": False, "result": prediction["result"]}])
    (target / "export.json").write_text(json.dumps(tasks), encoding="utf-8")
    return target / "export.json"


@pytest.mark.parametrize("of", Of)
@pytest.mark.parametrize("form", TOOLS)
def test_what_nobody_changed_reads_back_as_it_was(result: Result, form: Format, of: Of, tmp_path: Path) -> None:
    exported = annotate(form, write(result, form, tmp_path / "labels", of))
    labels = read_labels(result, LabelFormat(form), exported)
    assert set(labels.spans) == all_spans(result, of)
    assert compare_spans(result, of, labels) == ()


@pytest.mark.parametrize("form", TOOLS)
def test_every_label_stands_on_its_words(result: Result, texts: dict[str, str], form: Format, tmp_path: Path) -> None:
    labels = read_labels(result, LabelFormat(form), annotate(form, write(result, form, tmp_path / "labels")))
    assert len(labels.spans) > 5
    assert all(texts[span.source_id][span.start : span.end] == span.quote for span in labels.spans)
    assert {span.source_id for span in labels.spans} == set(texts)


def edit_label_studio(path: Path, page: str, edit: Callable[[list[Any]], list[Any]]) -> None:
    tasks = json.loads(path.read_text(encoding="utf-8"))
    for task in tasks:
        if task["data"]["source_id"] == page:
            regions = task["annotations"][0]["result"]
            places = [(r["value"]["start"], r["value"]["end"], r["value"]["labels"][0]) for r in regions]
            task["annotations"][0]["result"] = [
                {"type": "labels", "value": {"start": start, "end": end, "labels": [label]}}
                for start, end, label in edit(places)
            ]
    path.write_text(json.dumps(tasks), encoding="utf-8")


def edit_doccano(path: Path, page: str, edit: Callable[[list[Any]], list[Any]]) -> None:
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for line in lines:
        if line["source_id"] == page:
            line["label"] = edit([tuple(label) for label in line["label"]])
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def edit_brat(path: Path, page: str, edit: Callable[[list[Any]], list[Any]]) -> None:
    file = (path / name_text_layer(page)).with_suffix(".ann")
    found = re.findall(r"^T\d+\t(\S+) (\d+)[^\t]*?(\d+)\t", file.read_text(encoding="utf-8"), re.MULTILINE)
    places = edit([(int(start), int(end), label) for label, start, end in found])
    lines = [f"T{number}\t{label} {start} {end}\twords" for number, (start, end, label) in enumerate(places, start=1)]
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


EDITORS = {Format.LABEL_STUDIO: edit_label_studio, Format.DOCCANO: edit_doccano, Format.BRAT: edit_brat}


@pytest.mark.parametrize("form", TOOLS)
def test_what_people_corrected_reads_back_as_gold(result: Result, form: Format, tmp_path: Path) -> None:
    exported = annotate(form, write(result, form, tmp_path / "labels"))
    page = "second.txt"
    own = sorted(span for span in all_spans(result, Of.CLAIMS) if span.source_id == page)
    half_life = next(span for span in own if span.label == "half_life")
    approved = next(span for span in own if span.label == "approved_in")

    def correct(places: list[Any]) -> list[Any]:
        """Another label, another place, one away, one more."""
        kept = [place for place in places if place[2] not in ("half_life", "approved_in")]
        return [
            *kept,
            (half_life.start, half_life.end, "tmax"),
            (approved.start, approved.end - 1, "approved_in"),
            (0, 1, "class"),
        ]

    EDITORS[form](exported, page, correct)
    labels = read_labels(result, LabelFormat(form), exported)
    changes = {
        (change.kind, (change.new or change.old).label)  # type: ignore[union-attr]
        for change in compare_spans(result, Of.CLAIMS, labels)
    }
    assert changes == {("relabelled", "tmax"), ("moved", "approved_in"), ("added", "class")}
    assert (0, 1, "class", "#") in {(span.start, span.end, span.label, span.quote) for span in labels.spans}


def test_pages_that_nobody_worked_on_are_no_change(result: Result, tmp_path: Path) -> None:
    exported = annotate(Format.LABEL_STUDIO, write(result, Format.LABEL_STUDIO, tmp_path / "labels"))
    tasks = json.loads(exported.read_text(encoding="utf-8"))
    for task in tasks[1:]:
        task["annotations"][0]["was_cancelled"] = True
    exported.write_text(json.dumps(tasks), encoding="utf-8")
    labels = read_labels(result, LabelFormat.LABEL_STUDIO, exported)
    assert labels.pages == {tasks[0]["data"]["source_id"]}
    assert compare_spans(result, Of.CLAIMS, labels) == ()


def flatten(path: Path) -> Path:
    """An export in JSON as the tool's JSON-MIN has it: one record for each annotation, the latest of a task first."""
    records = [
        task["data"]
        | {"id": number, "annotator": 1, "annotation_id": annotation and annotation["id"], "created_at": "2026-01-02"}
        | (
            {"label": [region["value"] for region in annotation["result"]]}
            if annotation and annotation["result"]
            else {}
        )
        for number, task in enumerate(json.loads(path.read_text(encoding="utf-8")), start=1)
        for annotation in reversed(task["annotations"] or [None])
    ]
    path.write_text(json.dumps(records), encoding="utf-8")
    return path


def test_the_short_export_of_label_studio_says_the_same(result: Result, tmp_path: Path) -> None:
    exported = annotate(Format.LABEL_STUDIO, write(result, Format.LABEL_STUDIO, tmp_path / "labels"))
    tasks = json.loads(exported.read_text(encoding="utf-8"))
    for number, task in enumerate(tasks):
        (annotation,) = task["annotations"]
        # The first had its labels removed later on, the second was never opened, the others were changed before.
        earlier, later = {"id": 8, "result": []}, annotation | {"id": 9}
        task["annotations"] = [[later, earlier], [], [earlier, later]][min(number, 2)]
    exported.write_text(json.dumps(tasks), encoding="utf-8")
    labels = read_labels(result, LabelFormat.LABEL_STUDIO, exported)
    assert labels.pages == {task["data"]["source_id"] for task in tasks} - {tasks[1]["data"]["source_id"]}
    assert not any(span.source_id == tasks[0]["data"]["source_id"] for span in labels.spans)
    assert read_labels(result, LabelFormat.LABEL_STUDIO, flatten(exported)) == labels


def test_a_removed_label_is_told(result: Result) -> None:
    own = sorted(all_spans(result, Of.CLAIMS))
    changes = compare_spans(result, Of.CLAIMS, Labels(frozenset({own[0].source_id}), ()))
    assert {change.kind for change in changes} == {"removed"}
    assert {change.old for change in changes} == {span for span in own if span.source_id == own[0].source_id}


def test_offsets_in_utf_16_are_told_by_the_words(result: Result, texts: dict[str, str], tmp_path: Path) -> None:
    exported = annotate(Format.LABEL_STUDIO, write(result, Format.LABEL_STUDIO, tmp_path / "labels"))
    tasks = json.loads(exported.read_text(encoding="utf-8"))
    for task in tasks:
        text = task["data"]["text"]
        for region in task["annotations"][0]["result"]:
            value = region["value"]
            for end in ("start", "end"):
                value[end] = len(text[: value[end]].encode("utf-16-le")) // 2
    exported.write_text(json.dumps(tasks), encoding="utf-8")
    assert compare_spans(result, Of.CLAIMS, read_labels(result, LabelFormat.LABEL_STUDIO, exported)) == ()


@pytest.mark.parametrize("form", TOOLS)
@pytest.mark.parametrize("damage", ["other text", "outside", "other page"])
def test_labels_of_another_text_are_refused(result: Result, form: Format, damage: str, tmp_path: Path) -> None:
    exported = annotate(form, write(result, form, tmp_path / "labels"))
    if damage == "outside":
        EDITORS[form](exported, "second.txt", lambda places: [*places, (5, 10_000, "class")])
    else:
        old, new = ("5 hours", "6 hours") if damage == "other text" else ("second.txt", "zecond.txt")
        files = [exported] if exported.is_file() else list(exported.rglob("*.txt"))
        if damage == "other page" and form is Format.BRAT:
            for path in exported.rglob("*.ann"):
                path.unlink()
        for path in files:
            path.write_bytes(path.read_bytes().replace(old.encode(), new.encode()))
    with pytest.raises(UsageError):
        read_labels(result, LabelFormat(form), exported)


@pytest.mark.parametrize(
    "written", ["", "{", "[1]", "[{}]", '{"label": 3}', '[{"data": 1, "annotations": [{}]}]', "\xff", "[" * 100_000]
)
@pytest.mark.parametrize("form", [Format.LABEL_STUDIO, Format.DOCCANO])
def test_a_file_that_is_no_export_is_told(result: Result, form: Format, written: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(written.encode("latin-1"))
    if not written and form is Format.DOCCANO:
        assert read_labels(result, LabelFormat(form), tmp_path / "file").pages == frozenset()
        return
    with pytest.raises(UsageError, match="is no export"):
        read_labels(result, LabelFormat(form), tmp_path / "file")


def test_only_formats_of_annotation_tools_come_back() -> None:
    assert set(READERS) == set(LabelFormat) <= {form.value for form in Format}


def test_the_interface_of_label_studio_names_every_label_and_both_controls(result: Result, tmp_path: Path) -> None:
    folder = write(result, Format.LABEL_STUDIO, tmp_path / "labels")
    config = ET.parse(folder / "labels.xml").getroot()
    labels = config.find("Labels")
    text = config.find("Text")
    assert labels is not None
    assert text is not None
    tasks = json.loads((folder / "tasks.json").read_text(encoding="utf-8"))
    regions = [region for task in tasks for region in task["predictions"][0]["result"]]
    assert {region["value"]["labels"][0] for region in regions} == {label.get("value") for label in labels}
    assert {(region["from_name"], region["to_name"]) for region in regions} == {(labels.get("name"), text.get("name"))}
    assert labels.get("toName") == text.get("name")
    assert text.get("value") == "$text"
    assert len({region["id"] for region in regions}) == len(regions)


def test_brat_gets_lines_that_its_manual_describes(result: Result, tmp_path: Path) -> None:
    folder = write(result, Format.BRAT, tmp_path / "labels")
    declared = (folder / "annotation.conf").read_text(encoding="utf-8").split("\n\n")[0].split("\n")[1:]
    seen = 0
    for path in folder.rglob("*.ann"):
        text = path.with_suffix(".txt").read_bytes().decode()
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("#"):
                assert re.fullmatch(r"#\d+\tAnnotatorNotes T\d+\t\S.*", line)
                continue
            match = re.fullmatch(r"T\d+\t(\S+) ([\d ;]+)\t(.+)", line)
            assert match is not None, line
            pieces = [tuple(map(int, place.split())) for place in match[2].split(";")]
            assert " ".join(text[start:end] for start, end in pieces) == match[3]
            assert match[1] in declared
            seen += len(pieces)
    assert seen > len(all_spans(result, Of.CLAIMS))  # one runs over a line break


def test_the_command_tells_the_changes_and_writes_the_gold(run: Run, result: Result, tmp_path: Path) -> None:
    exported = write(result, Format.DOCCANO, tmp_path / "labels.jsonl")
    edit_doccano(exported, "second.txt", lambda places: [place for place in places if place[2] != "half_life"])
    gold = tmp_path / "gold.jsonl"
    call = ["labels", str(run.out), str(exported), "--from", "doccano", "--gold", str(gold)]
    done = CliRunner().invoke(app, call)
    assert done.exit_code == 0
    assert "- removed second.txt" in done.stdout
    assert done.stdout.splitlines()[-1].endswith("0 added, 1 removed, 0 relabelled, 0 moved")
    lines = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()]
    assert {(line["source_id"], line["label"]) for line in lines} == {
        (span.source_id, span.label)
        for span in all_spans(result, Of.CLAIMS)
        if (span.source_id, span.label) != ("second.txt", "half_life")
    }
    assert isinstance(CliRunner().invoke(app, call).exception, UsageError)  # the gold set is there already


# -------------------------------------------------------------------------------------------- W3C annotations

# What the Web Annotation Data Model (W3C, 2017) asks of a page of annotations with text: sections 3.1, 3.2.4, 4.2.4,
# 4.2.5 and 5.2, in our own words.
ANNOTATION = {
    "type": "object",
    "required": ["id", "type", "target"],
    "properties": {
        "id": {"type": "string", "pattern": r"^[a-z][a-z0-9+.-]*:\S+$"},
        "type": {"const": "Annotation"},
        "motivation": {"enum": ["classifying", "describing", "identifying", "linking", "tagging"]},
        "body": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["type", "value"],
                "properties": {
                    "type": {"const": "TextualBody"},
                    "value": {"type": "string"},
                    "purpose": {"enum": ["tagging", "describing"]},
                },
            },
        },
        "target": {
            "type": "object",
            "required": ["source", "selector"],
            "properties": {
                "source": {
                    "type": "object",
                    "required": ["id"],
                    "properties": {"id": {"type": "string", "pattern": r"^[^\s<>\"{}|\\^`]+$"}},
                },
                "selector": {
                    "type": "array",
                    "prefixItems": [
                        {
                            "required": ["type", "start", "end"],
                            "properties": {
                                "type": {"const": "TextPositionSelector"},
                                "start": {"type": "integer", "minimum": 0},
                                "end": {"type": "integer", "minimum": 0},
                            },
                        },
                        {
                            "required": ["type", "exact"],
                            "properties": {
                                "type": {"const": "TextQuoteSelector"},
                                "exact": {"type": "string"},
                                "prefix": {"type": "string"},
                                "suffix": {"type": "string"},
                            },
                        },
                    ],
                },
            },
        },
    },
}
ANNOTATION_PAGE = {
    "type": "object",
    "required": ["@context", "id", "type", "items"],
    "properties": {
        "@context": {"const": "http://www.w3.org/ns/anno.jsonld"},
        "type": {"const": "AnnotationPage"},
        "items": {"type": "array", "items": ANNOTATION},
    },
}


def test_web_annotations_are_of_the_model_and_lead_to_their_words(
    run: Run, result: Result, texts: dict[str, str], tmp_path: Path
) -> None:
    page = json.loads(write(result, Format.WEB_ANNOTATION, tmp_path / "page.jsonld").read_text(encoding="utf-8"))
    jsonschema.validate(page, ANNOTATION_PAGE, jsonschema.Draft202012Validator)
    for item, claim in zip(page["items"], run.rows(ClaimRow), strict=True):
        place, words = item["target"]["selector"]
        text = texts[unquote(item["target"]["source"]["id"])]
        assert text[place["start"] : place["end"]] == words["exact"] == claim.quote
        around = words["prefix"] + words["exact"] + words["suffix"]
        assert text.find(around) == place["start"] - len(words["prefix"])
        assert item["body"][0]["value"] == claim.predicate
    assert len({item["id"] for item in page["items"]}) == len(page["items"])


# ------------------------------------------------------------------------------------------------------ SARIF

# What SARIF 2.1.0 (OASIS, 2020) asks of what we write: sections 3.13, 3.14, 3.19, 3.27, 3.29, 3.30 and 3.35.
REGION = {
    "type": "object",
    "required": ["charOffset", "charLength", "startLine", "startColumn", "endLine", "endColumn"],
    "properties": {
        "charOffset": {"type": "integer", "minimum": 0},
        "charLength": {"type": "integer", "minimum": 0},
        "startLine": {"type": "integer", "minimum": 1},
        "startColumn": {"type": "integer", "minimum": 1},
        "endLine": {"type": "integer", "minimum": 1},
        "endColumn": {"type": "integer", "minimum": 1},
        "snippet": {"type": "object", "required": ["text"]},
    },
    "additionalProperties": False,
}
LOCATION = {
    "type": "object",
    "required": ["physicalLocation"],
    "properties": {
        "id": {"type": "integer", "minimum": 0},
        "message": {"type": "object", "required": ["text"]},
        "physicalLocation": {
            "type": "object",
            "required": ["artifactLocation", "region"],
            "properties": {
                "artifactLocation": {
                    "type": "object",
                    "properties": {
                        "uri": {"type": "string", "pattern": r"^[A-Za-z0-9._~!$&'()*+,;=:@%/-]+$"},
                        "uriBaseId": {"enum": ["RAW", "OUT"]},
                    },
                    "required": ["uri"],
                    "additionalProperties": False,
                },
                "region": REGION,
            },
            "additionalProperties": False,
        },
    },
    "additionalProperties": False,
}
RESULT = {
    "type": "object",
    "required": ["message", "ruleId"],
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": -1},
        "level": {"enum": ["none", "note", "warning", "error"]},
        "message": {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}},
        "locations": {"type": "array", "items": LOCATION},
        "relatedLocations": {"type": "array", "items": LOCATION, "uniqueItems": True},
        "fingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
        "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
        "baselineState": {"enum": ["new", "unchanged", "updated", "absent"]},
        "suppressions": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["kind"],
                "properties": {
                    "kind": {"enum": ["inSource", "external"]},
                    "status": {"enum": ["accepted", "underReview", "rejected"]},
                    "justification": {"type": "string"},
                },
                "additionalProperties": False,
            },
        },
        "properties": {"type": "object"},
    },
    "additionalProperties": False,
}
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "$schema": {"type": "string", "format": "uri"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool"],
                "properties": {
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name"],
                                "properties": {
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {"type": "object", "required": ["id"]},
                                    }
                                },
                            }
                        },
                    },
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "originalUriBaseIds": {"type": "object"},
                    "results": {"type": "array", "items": RESULT},
                },
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}


def read_sarif(result: Result, path: Path) -> dict[str, Any]:
    log = json.loads(write(result, Format.SARIF, path).read_text(encoding="utf-8"))
    jsonschema.validate(log, SARIF, jsonschema.Draft202012Validator)
    run: dict[str, Any] = log["runs"][0]
    return run


def test_conflicts_are_sarif_and_their_regions_are_the_passages(
    run: Run, result: Result, texts: dict[str, str], tmp_path: Path
) -> None:
    log = read_sarif(result, tmp_path / "log.sarif")
    rules = log["tool"]["driver"]["rules"]
    conflicts = run.rows(ConflictRow)
    located: dict[str, list[tuple[str, int, int]]] = {row.conflict_id: [] for row in conflicts}
    for told, row in zip(log["results"], conflicts, strict=True):
        assert rules[told["ruleIndex"]]["id"] == told["ruleId"] == row.kind
        assert told["level"] == LEVELS[row.severity]
        for place in [*told["locations"], *told["relatedLocations"]]:
            region = place["physicalLocation"]["region"]
            source = unquote(place["physicalLocation"]["artifactLocation"]["uri"])
            start, end = region["charOffset"], region["charOffset"] + region["charLength"]
            text = texts[source]
            assert text[start:end] == region["snippet"]["text"]
            lines = re.split(r"(?<=\n)", text)
            for line, column, at in (("startLine", "startColumn", start), ("endLine", "endColumn", end)):
                assert sum(map(len, lines[: region[line] - 1])) + region[column] - 1 == at
            located[row.conflict_id].append((source, start, end))
    members: dict[str, list[tuple[str, int, int]]] = {row.conflict_id: [] for row in conflicts}
    for member in run.rows(ConflictMemberRow):
        if member.source_id is not None and member.start is not None and member.end is not None:
            members[member.conflict_id].append((member.source_id, member.start, member.end))
    assert located == members
    assert sum(map(len, located.values())) > 3


def test_what_a_reviewer_settled_is_suppressed_until_it_changes(run: Run, result: Result, tmp_path: Path) -> None:
    from pipeline.store import read_table, write_table

    out = tmp_path / "out"
    out.mkdir()
    for path in run.out.glob("*.*"):
        (out / path.name).write_bytes(path.read_bytes())
    rows = read_table(out, ConflictRow)
    decided = {"decision": "both_true_in_context", "decision_note": "Other salts."}
    changed = [row.model_copy(update={**decided, "decision_stale": bool(place)}) for place, row in enumerate(rows)]
    write_table(out, ConflictRow, changed)
    told = read_sarif(open_result(out), tmp_path / "log.sarif")["results"]
    assert told[0]["suppressions"] == [{"kind": "external", "status": "accepted", "justification": "Other salts."}]
    assert [one["suppressions"] for one in told[1:]] == [[]] * (len(rows) - 1)
    assert len(rows) > 1


# ---------------------------------------------------------------------------------------------- nanopublications

NP = rdflib.Namespace("http://www.nanopub.org/nschema#")
OA = rdflib.Namespace("http://www.w3.org/ns/oa#")
PROV = rdflib.Namespace("http://www.w3.org/ns/prov#")
CS = rdflib.Namespace("urn:claimsift:schema:")


@pytest.fixture(scope="module")
def trig(result: Result, tmp_path_factory: pytest.TempPathFactory) -> rdflib.Dataset:
    text = write(result, Format.NANOPUB, tmp_path_factory.mktemp("trig") / "claims.trig").read_text(encoding="utf-8")
    data = rdflib.Dataset()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of rdflib's parser, about rdflib
        return data.parse(data=text, format="trig")


@pytest.fixture(scope="module")
def facts(trig: rdflib.Dataset) -> rdflib.Graph:
    """What all graphs say together."""
    graph = rdflib.Graph()
    for subject, predicate, said, _ in trig.quads():
        graph.add((subject, predicate, said))
    return graph


def test_claims_are_well_formed_nanopublications(run: Run, trig: rdflib.Dataset) -> None:
    """The rules of nanopub.org/guidelines: a head that names three graphs, each about what it has to be about."""
    graphs = {graph.identifier: graph for graph in trig.graphs() if len(graph)}
    heads = [
        (subject, graph)
        for subject, _, _, graph in trig.quads((None, RDF.type, NP.Nanopublication, None))
        if graph is not None
    ]
    claims = run.rows(ClaimRow)
    assert len(heads) == len(claims) > 5
    assert len(graphs) == 4 * len(heads)
    for publication, head in heads:
        parts = (NP.hasAssertion, NP.hasProvenance, NP.hasPublicationInfo)
        named: list[Any] = [graphs[head].value(publication, part) for part in parts]
        assertion, provenance, info = named
        assert len({head, *named}) == 4
        assert all(len(graphs[part]) for part in named)
        assert (assertion, None, None) in graphs[provenance]
        assert (publication, None, None) in graphs[info]


def test_a_nanopublication_says_what_the_claim_says(run: Run, facts: rdflib.Graph) -> None:
    for row in run.rows(ClaimRow):
        claim = rdflib.URIRef(f"urn:claimsift:claim:{row.claim_id}")
        assert str(facts.value(claim, CS.predicate)) == f"urn:claimsift:predicate:{row.predicate}"
        assert unquote(str(facts.value(claim, CS.subject))) == f"urn:claimsift:concept:{row.subject_id}"
        assert str(facts.value(claim, CS.polarity)) == row.polarity
        value = facts.value(claim, CS.value)
        assert (None if value is None else float(value)) == row.value  # type: ignore[arg-type]
        text = facts.value(claim, CS.value_text)
        assert (None if text is None else str(text)) == row.value_text
        passage = rdflib.URIRef(f"urn:claimsift:np:{row.claim_id}#passage")
        selectors = list(facts.objects(passage, OA.hasSelector))
        assert {str(facts.value(selector, OA.exact)) for selector in selectors} >= {row.quote}
        assert {str(facts.value(selector, OA.start)) for selector in selectors} >= {str(row.start)}
        (source,) = facts.objects(passage, OA.hasSource)
        assert unquote(str(source)) == f"urn:claimsift:source:{row.source_id}"


def test_no_claim_becomes_a_statement_of_ours(facts: rdflib.Graph) -> None:
    """Subject and object are never joined: a denied or doubtful claim must not read as a fact."""
    assert {str(subject).split(":")[2] for subject in facts.subjects() if isinstance(subject, rdflib.URIRef)} == {
        "claim",
        "np",
        "source",
    }
