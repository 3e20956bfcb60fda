"""Probabilities and lengths are the module's, for each letter of stored and of random names."""

import json

import numpy as np
import pytest

from explorables import as_lists, random_problem
from letters import DATA, LETTERS, N_A, NAMES, given, parameters
from rnn_from_scratch.bptt import plain_loss_and_gradients
from rnn_from_scratch.forward import rnn_forward

DRAWS, LONGEST = 50, 16
RUN = "({given, state}) => explorables.letters.look(given, state)"


def in_hundredths(drawn):
    return {name: np.rint(100 * value) for name, value in drawn.items()}


def names():
    """Each name of the page with its network, then random names, each with a network of its own."""
    rng = np.random.default_rng(3)
    for name in given()["names"]:
        yield name, parameters()
    for draw in range(DRAWS):
        long = (0, LONGEST, rng.integers(1, LONGEST))[min(draw, 2)]
        name = "".join(rng.choice([*LETTERS[1:]], long))
        *_, drawn = random_problem(rng, (27, N_A, 27, 1), extreme=draw % 5 == 0)
        drawn["Waa"] = drawn["Waa"] / np.sqrt(N_A)  # what explodes carries its rounding with it
        yield name, in_hundredths(drawn)


def test_the_stored_network_does_what_is_stored_of_it(monkeypatch):
    """The page compares as widely as another training may differ; this network is one network."""
    monkeypatch.chdir(DATA.parent)  # from where the code reads the names
    stored = json.loads((DATA / "names-network.json").read_text("utf-8"))
    page = {}
    exec("\n".join(stored["code"]), page)  # definitions and data: nothing is trained
    network = {name: value / 100 for name, value in parameters().items()}
    found = page["nats"](network, page["parts"]["test"]), page["parts_back"](network)
    for name, value in zip(("nats", "parts"), found, strict=True):
        np.testing.assert_allclose(value, stored["results"][name][0], rtol=1e-5)


def problem(name, hundredths, at):
    """Return the module's problem in which one step of the name counts."""
    classes = np.array([0, *map(LETTERS.index, name)])
    x = np.eye(27)[classes].T[:, None]
    labels = np.full((1, len(classes)), -1)
    labels[0, at - 1] = [*classes[1:], 0][at - 1]
    return x, labels, np.zeros((N_A, 1)), {key: value / 100 for key, value in hundredths.items()}


@pytest.fixture(scope="module")
def found(script):
    every, asked = [], []
    for name, hundredths in names():
        written = as_lists(*problem(name, hundredths, 1)[:3], hundredths)
        weights = {key: written[key] for key in ("Wax", "Waa", "Wya", "ba", "by")}
        for at in range(1, len(name) + 2):
            every.append((name, hundredths, at))
            asked.append({"given": weights, "state": {"name": name, "at": at}})
    return list(zip(every, script.all(RUN, asked), strict=True))


def test_each_length_is_that_of_the_module_s_gradient_of_one_step(found, script):
    for (name, hundredths, at), said in found:
        dx = plain_loss_and_gradients(*problem(name, hundredths, at))[1]["dx"][:, 0]
        lengths = np.linalg.norm(dx, axis=0)
        assert len(said["lengths"]) == at
        assert (lengths[at:] == 0).all(), "nothing comes from what was not read"
        off = np.abs(said["lengths"] - lengths[:at])
        assert off.max() <= script.exact * lengths.max(), (name, at)


def test_each_probability_is_the_module_s(found, script):
    for (name, hundredths, at), said in found:
        x, labels, a0, network = problem(name, hundredths, at)
        y_hat = rnn_forward(x, a0, network)[1][:, 0, at - 1]
        np.testing.assert_allclose(said["y"], y_hat, rtol=script.exact)
        assert said["label"] == labels[0, at - 1]


def test_the_page_has_the_stored_network_and_names_that_are_not_in_the_data():
    shown, stored = given(), json.loads((DATA / "names-network.json").read_text("utf-8"))
    row = [*np.ravel(shown["Wax"]), *np.ravel(shown["Waa"]), *np.ravel(shown["Wya"])]
    assert [*row, *shown["ba"], *shown["by"]] == stored["results"]["parameters"][0]
    assert len(set(shown["names"])) == NAMES
    assert not set(shown["names"]) & set((DATA / "dinosaurs.csv").read_text("utf-8").split())


def test_what_is_typed_becomes_a_name(script):
    act = """(text) => {
        const state = { at: 8, base: "rex" };
        explorables.letters.act(state, "name", text, { names: ["tyrannosaur"] });
        return state;
    }"""
    typed = ["Ty ran.nu5s", "", 7, "abcdefghijklmnopqrs", "tyrannosaur"]
    said = script.all(act, typed)
    assert [each["name"] for each in said] == ["tyrannus", "", "", "abcdefghijklmnop", typed[-1]]
    assert [each["at"] for each in said] == [8, 1, 1, 8, 11], "where one looks, if it is there"
    assert [each["base"] for each in said] == [*["rex"] * 4, typed[-1]]
