"""The verdict of `make site-audit` on the words of Lighthouse and of the Nu checker."""

import gzip
import json
import urllib.request

from auditing import serving, verdict

PERFECT = {form: dict.fromkeys(bounds, 100) for form, bounds in verdict.BOUNDS.items()}


def report(score):
    audits = {
        "slow": {"title": "Too slow", "displayValue": "9 s", "score": score},
        "unasked": {"title": "Not asked", "score": None},
    }
    references = [{"id": "slow", "weight": 1}, {"id": "unasked", "weight": 1}]
    return {"categories": {"seo": {"score": score, "auditRefs": references}}, "audits": audits}


def test_the_score_is_the_median_of_the_runs():
    assert verdict.read_scores([report(score) for score in (0.2, 0.92, 0.96)]) == {"seo": 92}


def test_on_a_slower_computer_the_phone_is_slowed_down_less():
    indexes = {1750: 4, 3000: 4, 875: 2}
    for index, slowdown in indexes.items():
        report = {"environment": {"benchmarkIndex": index}}
        assert verdict.slowdown([report] * 3) == slowdown


def test_a_category_without_a_score_has_none_of_the_points():
    assert verdict.read_scores([report(None)]) == {"seo": 0}


def test_what_costs_points_is_named():
    assert verdict.lost_points(report(0.5)) == ["seo: Too slow 9 s"]
    assert verdict.lost_points(report(1)) == []


def test_an_error_of_html_is_one_line():
    found = {"type": "error", "url": "file:/site/a.html", "lastLine": 7, "message": "No p."}
    said = json.dumps({"messages": [found, found | {"type": "info"}]})
    assert verdict.read_errors(said) == ["/site/a.html:7: No p."]


def test_scores_at_the_bounds_pass_and_one_point_less_does_not():
    assert verdict.judge(verdict.BOUNDS, []) == []
    for form, bounds in verdict.BOUNDS.items():
        for name, least in bounds.items():
            low = PERFECT | {form: PERFECT[form] | {name: least - 1}}
            (fault,) = verdict.judge(low, [])
            assert fault.startswith(f"{form}, {name}: {least - 1} of 100")


def test_an_error_of_html_fails_the_audit():
    assert verdict.judge(PERFECT, ["a.html:7: No p."]) == ["errors of HTML: 1"]


def test_the_host_compresses_text_and_sends_the_rest_as_it_is(tmp_path):
    (tmp_path / "a.html").write_bytes(b"<p>")
    (tmp_path / "a.png").write_bytes(b"\x89PNG")
    with serving.served(tmp_path) as root:
        answers = [urllib.request.urlopen(root + name) for name in ("a.html", "a.png")]
        texts = [answer.read() for answer in answers]
        codings = [answer.headers["Content-Encoding"] for answer in answers]
        for answer in answers:
            answer.close()
    assert codings == ["gzip", None]
    assert [gzip.decompress(texts[0]), texts[1]] == [b"<p>", b"\x89PNG"]
