"""A run under the hand, without any web: same bits as the command, undo, reset, pause, edits."""

import json
import shlex
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from clearprop.cli import main
from clearprop.errors import ParameterError
from clearprop.storage.model_file import load, save
from clearprop.studio.outbox import Outbox
from clearprop.studio.protocol import MOST_FILES, Message
from clearprop.studio.run import Run, Told
from clearprop.studio.session import Session
from clearprop.studio.settings import Settings, Source
from clearprop.studio.synthetic import SETS, csv_of
from clearprop.studio.trainer import Trainer
from clearprop.studio.views import answers, sample

MOONS = {"kind": "synthetic", "set": "moons", "rows": 60}


def made(source: dict[str, Any] = MOONS, **options: Any) -> Run:
    settings = Settings.of(Source.of(source, {}), {"hidden": "4", "epochs": 4, **options})
    return Run(settings, settings.table(), Told(lambda: None, lambda reason, error: None))


def trained(run: Run, until: str = "run") -> Run:
    run.train(until)
    run.wait()
    return run


@pytest.mark.parametrize(
    "options",
    [
        {"regularization": 0, "batch_size": 7},
        {"recipe": "course"},
        {"recipe": "3b1b", "seed": 3, "init": 0.3, "learning_rate": 0.5},
        {"solver": "sgd", "schedule": "cosine", "dropout": 0.2, "regularization": 0.5},
    ],
)
def test_the_command_gives_the_same_bits(
    options: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = trained(made(**options))
    monkeypatch.chdir(tmp_path)
    choices = dict(run.settings.source.made)
    (tmp_path / "moons.csv").write_bytes(csv_of(choices.pop("set"), **choices))
    words = shlex.split(run.command()[-1])[1:]
    with pytest.raises(SystemExit) as ended:
        main([*words, "--quiet", "--json"])
    assert ended.value.code == 0
    assert load("moons.safetensors").theta.tobytes() == run.model().theta.tobytes()


def test_python_gives_the_weights_as_they_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = made(batch_size=5)
    for _ in range(3):
        trained(run, "batch")
    run.edit({3: 0.75, 0: -1.0})
    trained(run, "epoch")
    trained(run, "batch")
    run.edit({1: 0.25})
    assert run.place == (1, 1)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "moons.csv").write_bytes(csv_of("moons", 60))
    found: dict[str, Any] = {}
    exec("\n".join(run.python()), found)
    assert found["theta"].tobytes() == run.theta.tobytes()


def test_a_pause_changes_no_bit() -> None:
    one, two = trained(made(epochs=300)), made(epochs=300)
    while two.place[0] < 300:
        two.train("run")
        time.sleep(0.003)
        two.pause()
    assert one.theta.tobytes() == two.theta.tobytes()


def test_undo_and_reset_go_back_to_the_same_bits() -> None:
    run = made()
    start = run.theta
    trained(run, "epoch")
    first = run.theta
    run.edit({0: 9.0})
    run.undo()
    assert run.theta.tobytes() == first.tobytes()
    trained(run)
    run.reset()
    assert (run.theta.tobytes(), run.place, run.curve) == (start.tobytes(), (0, 0), [])
    run.undo()
    assert run.place == (4, 0)
    while run.undoable:
        run.undo()
    with pytest.raises(ParameterError, match="undo: there is nothing"):
        run.undo()


def test_a_place_is_reached_at_once() -> None:
    one, two = made(batch_size=5), made(batch_size=5)
    trained(one, "epoch")
    trained(one, "batch")
    two.to((1, 1), {})
    two.wait()
    assert one.report is not None
    assert two.report is not None
    assert two.report["difference"] == one.report["difference"]
    assert two.undoable == 0
    assert one.theta.tobytes() == two.theta.tobytes()
    assert [point[:3] for point in two.curve] == [point[:3] for point in one.curve]


@pytest.mark.parametrize("place", [(5, 0), (4, 1), (10**9, 0)])
def test_a_place_beyond_the_epochs_is_refused(place: tuple[int, int]) -> None:
    said = f"at: expected a place from epoch 0 to 4; got epoch {place[0]}, minibatch {place[1]}"
    with pytest.raises(ParameterError, match=said):
        made().to(place, {})


def test_too_many_epochs_are_refused() -> None:
    with pytest.raises(ParameterError, match="epochs: the studio takes at most 100000; got 100001"):
        made(epochs=100_001)


def test_a_pause_ends_the_way_to_a_place_and_no_weight_is_edited_there() -> None:
    run = made(epochs=100_000)
    run.to((100_000, 0), {0: 9.0})
    run.pause()
    assert not run.running
    assert run.place < (100_000, 0)
    assert run.log == []
    run.to((run.place[0] + 1, 0), {0: 9.0})
    run.wait()
    assert run.theta[0] == 9.0
    assert run.edits() == {0: 9.0}


def test_undo_after_reset_brings_back_curve_and_edits() -> None:
    run = trained(made(), "epoch")
    run.edit({0: 9.0})
    curve, lines = run.curve, run.python()
    run.reset()
    trained(run, "epoch")
    run.undo()
    run.undo()
    assert (run.curve, run.python()) == (curve, lines)
    assert len(curve) == 1


def test_training_a_finished_run_leaves_nothing_to_undo() -> None:
    run = trained(made())
    assert trained(run).undoable == 1


@pytest.mark.parametrize("name", SETS)
def test_every_set_can_be_trained_and_drawn(name: str) -> None:
    outbox = Outbox(lambda: None)
    session = Session("s", outbox)
    session.hear(Message("watch", {"views": ["plane", "units", "answers", "theta"]}))
    source = {"kind": "synthetic", "set": name, "rows": 40}
    session.hear(Message("open", {"source": source, "options": {"hidden": "3", "epochs": 2}}))
    told = drained(outbox)
    assert {"dataset", "snapshot", "plane", "units", "answers", "curve"} <= set(told)
    assert told["dataset"].body["inputs"] == (1 if name == "sine" else 2)
    assert told["snapshot"].theta is not None
    json.dumps(told["plane"].body)
    session.hear(Message("sample", {"row": 0}))
    record = drained(outbox)["sample"].body["record"]
    assert len(record["theta"]) == told["dataset"].body["parameters"]
    assert record["rate"] == session.run.settings.recipe.options.learning_rate
    session.close()


def test_a_sample_is_a_record_of_the_pages_elements() -> None:
    run = made({"kind": "digits"}, recipe="course", hidden="25")
    found = sample(run.experiment, run.theta, "test", 3)
    record = found["record"]
    assert record["theta"][:3] in ("f4:", "f8:")
    assert (record["image"], record["image_order"]) == ([8, 8], "C")
    assert record["numbers"] == list(range(3, 13))
    assert record["penalty_rows"] == run.experiment.parts["train"].n_rows
    assert record["rate"] == 1.0  # its solver has none
    y = run.experiment.parts["test"].y
    assert y is not None
    assert found["batch"] == [str(label) for label in y[3:13]]


def drained(outbox: Outbox) -> dict[str, Message]:
    found = {}
    while True:
        message, wait = outbox.take()
        if message is None and wait is None:
            return found
        if message is None:
            time.sleep(wait or 0)
        else:
            found[message.kind] = message


def test_of_pictures_the_newest_is_sent_and_a_few_a_second() -> None:
    outbox = Outbox(lambda: None)
    for i in range(5):
        outbox.newest(Message("snapshot", {"i": i}))
    message, _ = outbox.take()
    assert message is not None
    assert message.body["i"] == 4
    outbox.newest(Message("snapshot", {"i": 5}))
    message, wait = outbox.take()
    assert message is None
    assert wait is not None
    assert 0 < wait <= 0.1
    outbox.anew()
    message, _ = outbox.take()
    assert message is not None
    assert message.body["i"] == 5
    assert not outbox.due("snapshot")  # it was sent in this very moment
    assert outbox.due("plane")
    for i in range(2):
        outbox.more(Message("curve", {"began": 1, "points": [i], "scores": [[3, i / 2]]}))
    message, _ = outbox.take()
    assert message is not None
    assert message.body["points"] == [0, 1]
    assert message.body["scores"] == [[3, 0.5]]  # of one epoch, which was scored twice


def test_the_last_picture_of_a_training_comes_before_its_end() -> None:
    outbox = Outbox(lambda: None)
    outbox.newest(Message("snapshot", {"i": 0}))
    assert outbox.take()[0] is not None
    outbox.newest(Message("snapshot", {"i": 1}))
    outbox.answer(Message("ended"), last=True)
    kinds = [outbox.take()[0], outbox.take()[0]]
    assert [message.kind for message in kinds if message] == ["snapshot", "ended"]


def test_a_training_that_ends_at_once_is_told_to_begin_before_it_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def go_to_the_end(trainer: Trainer, until: str) -> None:
        go(trainer, until)
        trainer.wait()

    go = Trainer.go
    monkeypatch.setattr(Trainer, "go", go_to_the_end)
    outbox = Outbox(lambda: None)
    session = Session("s", outbox)
    session.hear(Message("open", {"source": MOONS, "options": {"hidden": "4", "epochs": 1}}))
    drained(outbox)
    session.hear(Message("train", {"until": "run"}))
    kinds = [kind for kind in drained(outbox) if kind in ("training", "ended", "error")]
    assert kinds == ["training", "ended"]
    session.hear(Message("train", {"until": "for ever"}))
    assert [kind for kind in drained(outbox) if kind != "snapshot"] == ["error"]
    session.close()


def test_two_runs_stand_side_by_side_and_are_exchanged() -> None:
    outbox = Outbox(lambda: None)
    session = Session("s", outbox)

    def hear(kind: str, **body: Any) -> dict[str, Message]:
        session.hear(Message(kind, body))
        return drained(outbox)

    options = {"hidden": "4", "epochs": 3}
    assert hear("swap")["error"].body["what"]["en"] == "beside: there is no second run"
    hear("open", source=MOONS, options=options)
    first = session.run
    told = hear("open", source=MOONS, options={**options, "seed": 1}, beside=True)
    assert told["beside"].body["options"]["seed"] == 0
    assert told["dataset"].body["options"]["seed"] == 1
    session.hear(Message("train", {"until": "run", "both": True}))
    first.wait()
    session.run.wait()
    told = drained(outbox)
    assert len(told["curve"].body["points"]) == 3
    assert told["beside"].body["epoch"] == 3
    one = trained(made(epochs=3))
    assert first.theta.tobytes() == one.theta.tobytes()
    told = hear("swap")
    assert session.run is first
    assert told["beside"].body["options"]["seed"] == 1
    assert [point[0] for point in told["curve"].body["points"]] == [1, 2, 3]
    hear("drop")
    assert "error" in hear("swap")
    session.close()


def test_a_drag_of_a_weight_is_undone_at_once() -> None:
    run = made()
    start, lines = run.theta, run.python()
    for value in (0.1, 0.2, 0.3):
        run.edit({2: value}, stroke=1)
    run.edit({3: 0.5}, stroke=2)
    assert run.undoable == 2
    assert run.edits() == {2: 0.3, 3: 0.5}
    run.undo()
    assert run.edits() == {2: 0.3}
    run.edit({2: 0.4}, stroke=1)  # what was undone does not go on
    assert run.undoable == 2
    run.undo()
    run.undo()
    assert run.theta.tobytes() == start.tobytes()
    assert run.python() == lines


def test_the_open_source_makes_no_room_for_models_that_are_saved() -> None:
    outbox = Outbox(lambda: None)
    session = Session("s", outbox)
    key = session.uploads.add("moons.csv", csv_of("moons", 60))
    options = {"target": "class", "hidden": "3", "epochs": 1}
    session.hear(Message("open", {"source": {"kind": "upload", "id": key}, "options": options}))
    assert "dataset" in drained(outbox)
    for _ in range(MOST_FILES + 2):
        session.hear(Message("save"))
    assert len(session.uploads.files) == MOST_FILES + 1
    assert session.uploads.path(key)[1].exists()
    session.close()


def test_a_model_that_does_not_fit_into_the_studios_folder_is_kept_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox = Outbox(lambda: None)
    session = Session("s", outbox)
    session.hear(Message("open", {"source": MOONS, "options": {"hidden": "3", "epochs": 1}}))
    assert "dataset" in drained(outbox)
    monkeypatch.setattr(session.uploads, "room", lambda: tmp_path / "gone")
    monkeypatch.chdir(tmp_path)
    session.hear(Message("save"))
    place = tmp_path / "moons.safetensors"
    assert load(place).network == session.run.experiment.network
    said = drained(outbox)["error"].body
    assert f"make it first. The model is in {place}" in json.dumps(said)
    session.close()


def test_of_the_most_wrong_rows_those_of_another_class_come_first() -> None:
    run = trained(made(epochs=1))
    found = answers(run.experiment, run.theta, "train")["worst"]
    wrong = [each["truth"] != each["said"] for each in found]
    assert any(wrong)
    assert not all(wrong)
    assert wrong == sorted(wrong, reverse=True)
    for half in (True, False):
        costs = [each["cost"] for each, other in zip(found, wrong, strict=True) if other is half]
        assert costs == sorted(costs, reverse=True)


def test_columns_are_told_where_a_target_must_be_chosen(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,y,kind\n" + "1,2,a\n3,4,b\n" * 20)
    outbox = Outbox(lambda: None)
    session = Session("s", outbox)
    source = {"kind": "path", "path": str(tmp_path / "a.csv")}
    session.hear(Message("open", {"source": source, "options": {}}, 1))
    assert drained(outbox)["columns"].body["columns"] == ["x", "y", "kind"]
    options = {"target": "kind", "hidden": "3", "epochs": 1}
    session.hear(Message("open", {"source": source, "options": options}, 2))
    assert drained(outbox)["dataset"].body["classes"] == ["a", "b"]
    session.close()


def test_a_curve_begins_anew_with_every_run() -> None:
    numbers = {made().curve_number for _ in range(3)}
    assert len(numbers) == 3


def test_the_weights_of_a_file_are_put_in_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = trained(made(), "epoch")
    monkeypatch.chdir(tmp_path)
    save(trained(made(seed=3)).model(), "other.safetensors")
    run.put(load("other.safetensors").theta, "other.safetensors")
    assert len(run.edits()) == run.theta.size
    lines = run.python()
    assert max(map(len, lines)) < 200
    (tmp_path / "moons.csv").write_bytes(csv_of("moons", 60))
    found: dict[str, Any] = {}
    exec("\n".join(lines), found)
    assert found["theta"].tobytes() == run.theta.tobytes()
    with pytest.raises(ParameterError, match="weights: expected 17 numbers; got 2"):
        run.put(run.theta[:2], "other.safetensors")


def test_an_address_leads_back_only_to_a_few_weights_that_were_edited_where_it_stands() -> None:
    outbox = Outbox(lambda: None)
    session = Session("s", outbox)

    def after(kind: str, **body: Any) -> Mapping[str, Any]:
        session.hear(Message(kind, body))
        session.run.wait()
        return drained(outbox)["snapshot"].body

    now = after("open", source=MOONS, options={"hidden": "20", "epochs": 3})
    assert (now["edited"], now["edits"], now["leads"]) == (0, {}, True)
    now = after("edit", weights={"2": 0.5})
    assert (now["edited"], now["edits"], now["leads"]) == (1, {"2": 0.5}, True)
    now = after("edit", weights={str(i): 0.5 for i in range(3, 53)})
    assert (now["edited"], now["edits"], now["leads"]) == (51, {}, False)
    after("undo")
    now = after("train", until="epoch")
    assert (now["edited"], now["edits"], now["leads"]) == (0, {}, False)
    session.close()
