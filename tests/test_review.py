"""The review server and what is made of decisions: who is let in, what is written, what it adds up to."""

from __future__ import annotations

import http.client
import json
import shutil
import subprocess
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.decisions import read_decisions
from pipeline.errors import UsageError
from pipeline.report import write_report
from pipeline.review.quality import Quality, Share, measure_kappa, measure_quality
from pipeline.review.server import Desk, ReviewServer, open_server
from pipeline.review.stories import Shelf, align_lines, tell_story
from pipeline.schema import ConflictRow, Verdict
from pipeline.store import write_table
from report_rows import (
    BDNF,
    CLAIMS,
    CONFLICTS,
    CORE,
    FRAGMENT,
    LIFE,
    MASS,
    TAIL,
    UNION,
    UP,
    make_decision,
    make_members,
    make_report,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.schema import Decision

# ------------------------------------------------------------------------------------------------------- the server


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: str


@dataclass(frozen=True)
class Caller:
    """A client that says what it likes in its head lines."""

    server: ReviewServer

    def call(self, method: str, path: str, body: bytes | None = None, /, **headers: str | None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.server_port, timeout=10)
        connection.putrequest(method, path, skip_host=True)
        sent: dict[str, str | None] = {"Host": f"127.0.0.1:{self.server.server_port}"}
        if body is not None:
            sent["Content-Length"] = str(len(body))
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        for name, value in sent.items():
            if value is not None:
                connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        found = Answer(answer.status, dict(answer.getheaders()), answer.read().decode())
        connection.close()
        return found

    def get(self, path: str, **headers: str | None) -> Answer:
        return self.call("GET", f"/{self.server.desk.token}/{path}", **headers)

    def post(self, content: object, **headers: str | None) -> Answer:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        sent = {"Origin": f"http://127.0.0.1:{self.server.server_port}", "Content_Type": "application/json"} | headers
        return self.call("POST", f"/{self.server.desk.token}/decisions", body, **sent)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out")
    write_report(make_report(), folder)
    write_table(folder, ConflictRow, CONFLICTS)
    return folder


@contextmanager
def serving(
    desk: Desk, *, host: str = "127.0.0.1", certificate: tuple[Path, Path] | None = None
) -> Iterator[ReviewServer]:
    server = open_server(desk, host=host, certificate=certificate)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def caller(out: Path, tmp_path: Path) -> Iterator[Caller]:
    with serving(Desk(out=out, decisions=tmp_path / "review" / "decisions.jsonl", reviewer='a"n<n')) as server:
        yield Caller(server)


def say(row: ConflictRow, verdict: str = "real", **values: object) -> dict[str, object]:
    return {
        "conflict_id": row.conflict_id,
        "fingerprint": row.fingerprint,
        "verdict": verdict,
        "reviewer": "ann",
    } | values


def test_the_same_pages_are_served_and_may_ask_their_own_server(caller: Caller, out: Path) -> None:
    for name in ("report.html", "report/compound-semax.html"):
        answer = caller.get(name)
        assert answer.status == 200
        assert "default-src &#39;none&#39;; connect-src &#39;self&#39;; " in answer.body
        assert '<html lang="en" data-served data-reviewer="a&quot;n&lt;n">' in answer.body
        written = (out / name).read_text(encoding="utf-8")
        assert answer.body.partition("<body")[2] == written.partition("<body")[2]
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Content-Security-Policy"] == "frame-ancestors 'none'"
        assert answer.headers["Cache-Control"] == "no-store"
    home = caller.get("")
    assert (home.status, home.headers["Location"]) == (302, f"/{caller.server.desk.token}/report.html")


@pytest.mark.parametrize(
    "path",
    [
        "conflicts.parquet",
        "run.json",
        "../report.html",
        "report/../report.html",
        "report/%2e%2e/%2e%2e/etc/passwd",
        "report//etc/passwd.html",
        "report/none.html",
        "report.html/x",
    ],
)
def test_nothing_but_the_report_is_served(caller: Caller, path: str) -> None:
    assert caller.get(path).status == 404


@pytest.mark.parametrize(
    "path", ["/", "/report.html", "/decisions", "/wrong/report.html", "//report.html", "/%c3%a9/x"]
)
def test_without_the_token_nothing_is_served(caller: Caller, path: str) -> None:
    answer = caller.call("GET", path)
    assert answer.status == 403
    assert caller.server.desk.token not in answer.body


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "evil.example:{port}", None])
def test_another_host_than_ours_gets_nothing(caller: Caller, host: str | None) -> None:
    """A name that an attacker makes lead to this machine still stands in the Host line."""
    named = host and host.format(port=caller.server.server_port)
    assert caller.get("report.html", Host=named).status == 403
    assert caller.post(say(MASS), Host=named).status == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1", None])
def test_a_decision_of_another_origin_is_refused(caller: Caller, origin: str | None) -> None:
    assert caller.post(say(MASS), Origin=origin).status == 403
    assert caller.server.desk.decisions.read_text(encoding="utf-8") == ""


def test_a_form_of_another_page_cannot_decide(caller: Caller) -> None:
    assert caller.post(say(MASS), Content_Type="text/plain").status == 415


def test_a_decision_is_on_the_disk_when_it_is_answered(caller: Caller) -> None:
    answer = caller.post(say(MASS, "source_error", note="a note \u2028 of two lines\u0085", seen=["a: b “c”"]))
    assert answer.status == 201
    (decision,) = read_decisions(caller.server.desk.decisions)
    assert (decision.verdict, decision.note) == (Verdict.SOURCE_ERROR, "a note \u2028 of two lines\u0085")
    assert decision.seen == ("a: b “c”",)
    assert [told["conflict_id"] for told in json.loads(answer.body)] == [MASS.conflict_id]
    assert json.loads(caller.get("decisions").body) == json.loads(answer.body)


def test_a_withdrawal_takes_the_verdict_away_and_keeps_the_history(caller: Caller) -> None:
    caller.post(say(MASS))
    assert json.loads(caller.post(say(MASS, "unsure", withdrawn=True)).body) == []
    assert len(read_decisions(caller.server.desk.decisions)) == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"verdict": "sure"}, "verdict"),
        ({"reviewer": " "}, "reviewer"),
        ({"reviewer": "a" * 101}, "reviewer"),
        ({"note": "n" * 4001}, "note"),
        ({"conflict_id": "../x"}, "conflict_id"),
        ({"withdrawn": True}, "withdrawn"),
        ({"time": "2026-01-01T00:00:00Z"}, "time"),
        ({"more": 1}, "more"),
        ({"seen": ["x"] * 41}, "seen"),
    ],
)
def test_what_is_no_decision_is_refused_with_the_reason(caller: Caller, change: dict[str, object], said: str) -> None:
    answer = caller.post(say(MASS) | change)
    assert answer.status == 400
    assert said in json.loads(answer.body)["error"]
    assert caller.server.desk.decisions.read_text(encoding="utf-8") == ""


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'{"reviewer": "\\ud800"}'])
def test_a_body_that_is_no_json_of_a_decision_is_refused(caller: Caller, body: bytes) -> None:
    assert caller.post(body).status == 400


@pytest.mark.parametrize("length", ["99999999999", "-1", "x", None, "²"])
def test_a_body_of_unknown_or_great_length_is_not_read(caller: Caller, length: str | None) -> None:
    assert caller.post(b"", Content_Length=length).status == 413


def test_a_conflict_that_the_result_has_no_more_cannot_be_decided(caller: Caller) -> None:
    answer = caller.post(say(MASS, conflict_id="con-gone"))
    assert (answer.status, "load the page again" in answer.body) == (409, True)


def test_many_tabs_at_once_lose_nothing(caller: Caller) -> None:
    def post(number: int) -> None:
        assert caller.post(say(LIFE, note=str(number), reviewer=f"tab {number % 4}")).status == 201

    threads = [threading.Thread(target=post, args=(number,)) for number in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    notes = {decision.note for decision in read_decisions(caller.server.desk.decisions)}
    assert notes == {str(number) for number in range(24)}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"host": "192.0.2.7"}, "--insecure"),
        ({"host": "example.org"}, "--insecure"),
        ({"host": "0.0.0.0", "insecure": True}, "every address at once"),
        ({"host": "192.0.2.7", "insecure": True}, "cannot be served"),
    ],
)
def test_another_address_is_served_only_when_asked_for(
    out: Path, tmp_path: Path, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        open_server(Desk(out=out, decisions=tmp_path / "decisions.jsonl"), **options)


def test_a_certificate_makes_it_tls(out: Path, tmp_path: Path) -> None:
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl is not installed, so there is no certificate to serve with.")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    names = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
    made = (program, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", *names)
    subprocess.run([*made, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    import ssl

    desk = Desk(out=out, decisions=tmp_path / "decisions.jsonl")
    with serving(desk, host="localhost", certificate=(certificate, key)) as server:
        assert server.address.startswith("https://localhost:")
        trust = ssl.create_default_context(cafile=str(certificate))
        connection = http.client.HTTPSConnection("localhost", server.server_port, context=trust, timeout=10)
        connection.request("GET", f"/{desk.token}/report.html")
        assert connection.getresponse().status == 200
        connection.close()


def test_a_wrong_certificate_is_told(out: Path, tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_text("none")
    with pytest.raises(UsageError, match="cannot be served"):
        open_server(
            Desk(out=out, decisions=tmp_path / "d.jsonl"), certificate=(tmp_path / "no.pem", tmp_path / "no.pem")
        )


def test_without_a_report_there_is_nothing_to_serve(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no report"):
        open_server(Desk(out=tmp_path, decisions=tmp_path / "decisions.jsonl"))


def test_a_file_with_a_bad_line_is_not_added_to(out: Path, tmp_path: Path) -> None:
    file = tmp_path / "decisions.jsonl"
    file.write_text("no decision\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"decisions\.jsonl:1: "):
        open_server(Desk(out=out, decisions=file))


# ------------------------------------------------------------------------------------------------------- the figures


def test_an_interval_is_that_of_wilson() -> None:
    """The example of 8 of 10: 0.490 to 0.943, as Newcombe (1998) and scipy's binomtest give it."""
    low, high = Share("x", 8, 10).interval
    assert (round(low, 3), round(high, 3)) == (0.49, 0.943)
    assert Share("all", 3, 3).interval[1] == 1.0
    assert Share("none", 0, 3).interval[0] == 0.0


REAL, UNSURE, ERROR = Verdict.REAL, Verdict.UNSURE, Verdict.EXTRACTION_ERROR


@pytest.mark.parametrize(
    ("verdicts", "kappa"),
    [
        ([(REAL, REAL)] * 20 + [(REAL, ERROR)] * 5 + [(ERROR, REAL)] * 10 + [(ERROR, ERROR)] * 15, 0.4),
        ([(REAL, REAL), (ERROR, ERROR)], 1.0),
        ([(REAL, ERROR), (ERROR, REAL)], -1.0),
        ([(REAL, REAL)] * 3, None),
    ],
)
def test_kappa_is_that_of_cohen(verdicts: list[tuple[Verdict, Verdict]], kappa: float | None) -> None:
    """The first is the example with 50 grant proposals that textbooks use."""
    found = measure_kappa(verdicts)
    assert found == (kappa if kappa is None else pytest.approx(kappa))


def measure(*decisions: Decision) -> Quality:
    return measure_quality(decisions, CONFLICTS, make_members(), CLAIMS)


def test_precision_counts_by_kind_and_by_the_rules_that_took_part() -> None:
    quality = measure(
        make_decision(FRAGMENT, Verdict.REAL),
        make_decision(MASS, Verdict.SOURCE_ERROR),
        make_decision(LIFE, Verdict.BOTH_TRUE_IN_CONTEXT),
        make_decision(BDNF, Verdict.EXTRACTION_ERROR),
    )
    kinds = {share.name: (share.hits, share.total) for share in quality.kinds}
    assert kinds == {"identity": (1, 1), "computed": (1, 1), "value": (0, 1), "direction": (0, 1)}
    rules = {share.name: (share.hits, share.total) for share in quality.rules}
    assert rules[UP.rule] == (0, 1)
    assert rules[CORE.rule] == (1, 1)


def test_what_is_unsure_stale_disputed_or_withdrawn_counts_for_neither() -> None:
    quality = measure(
        make_decision(FRAGMENT, Verdict.UNSURE),
        make_decision(MASS, Verdict.REAL, fingerprint="former"),
        make_decision(LIFE, Verdict.REAL),
        make_decision(LIFE, Verdict.EXTRACTION_ERROR, reviewer="bea"),
        make_decision(BDNF, Verdict.REAL, hour=1),
        make_decision(BDNF, Verdict.UNSURE, hour=2, withdrawn=True),
        make_decision(UNION, Verdict.REAL, conflict_id="con-elsewhere"),
    )
    assert (quality.kinds, quality.rules) == ((), ())
    assert (quality.lines, quality.decided, quality.disputed, quality.stale, quality.unknown) == (7, 4, 1, 1, 1)
    (pair,) = quality.agreements
    assert (pair.reviewers, pair.same, pair.total) == (("ann", "bea"), 0, 1)


# ------------------------------------------------------------------------------------------------------- stories


def make_shelf(**changes: object) -> Shelf:
    result = make_report()
    rows: dict[str, Any] = {
        "claims": result.claims,
        "mentions": result.mentions,
        "citations": result.citations,
        "conflicts": result.conflicts,
        "members": result.conflict_members,
        "explained": result.explained,
        "decisions": result.decisions,
    }
    return Shelf(**(rows | changes))


def tell(name: str, **changes: object) -> str:
    return "\n".join(align_lines(tell_story(make_shelf(**changes), name)))


def test_the_story_of_a_conflict_names_sides_rules_arithmetic_and_decisions() -> None:
    told = tell(FRAGMENT.conflict_id)
    for line in (
        "headline   Semax: fragment ACTH(4–10) in 2 sources",
        "severity   high: ",
        "side A     ACTH(4–7) [faq/peptide-faq.md ",
        "side B     ",
        f"by rule {CORE.rule}",
        "cue “is said to”",
        "arithmetic ACTH(4–10) is MEHFRWG",
    ):
        assert line in told
    assert "decided    real; asked the agency (reviewer one, 2026-01-01T09:00+00:00, of other passages" in tell(
        UNION.conflict_id
    )
    assert "side A     887.04" in tell(MASS.conflict_id)
    assert "computed   813.92 g/mol" in tell(MASS.conflict_id)
    assert "tried" not in tell(MASS.conflict_id)


def test_the_story_of_a_claim_names_where_how_and_why_no_other_side() -> None:
    told = tell(TAIL.claim_id)
    for line in (
        "stands     faq/peptide-faq.md ",
        "found by: question",
        "cites      [1] (",
        "conflict   " + FRAGMENT.conflict_id + " (high), side A: ",
        "beside     ",
    ):
        assert line in told
    light = next(claim for claim in CLAIMS if claim.value == 813.92)
    assert "explained  rounding: 813.9 is 813.92 with one decimal" in tell(light.claim_id)
    assert "contradicts" in tell(light.claim_id)


def test_the_beginning_of_an_id_is_enough_where_only_one_begins_so() -> None:
    assert tell(FRAGMENT.conflict_id[:9]) == tell(FRAGMENT.conflict_id)
    for name in ("", "zzz"):
        with pytest.raises(UsageError, match="no claim and no conflict"):
            tell(name)
    twins = tuple(FRAGMENT.model_copy(update={"conflict_id": f"con-1{end}"}) for end in "ab")
    with pytest.raises(UsageError, match="2 ids begin so"):
        tell("con-1", conflicts=twins, members=())
