"""Holds the numbers in the sentences of an English explanation to the pass by hand."""

from __future__ import annotations

import re

from printed import NUMBER, near, same
from reading_tables import Tables


class Statements(Tables):
    """Sentences with numbers are known by how they begin; the others must hold no number."""

    def _heading(self, text: str) -> None:
        if self.section.startswith("From one sample"):
            expected = f"From one sample to a batch of {self.hand.m}"
            alone = "From one sample to the gradient"
            assert text == (expected if self.hand.m > 1 else alone)

    def _sentence(self, text: str) -> None:
        hand = self.hand
        if found := re.fullmatch(r"Output a\^\((\d+)\)_(\d+)", text):
            assert int(found[1]) == hand.L
            self.output = int(found[2])
        elif found := re.match(r"Theta\^\((\d+)\)_(\d+),(\d+): (.*)", text):
            l, k, j = self.parameter = tuple(map(int, found.groups()[:3]))
            ends = f"from unit {j} of layer {l} to unit {k} of layer {l + 1}"
            assert found[4] == (ends if j else f"bias of unit {k}, layer {l + 1}")
        elif found := re.match(r"It wants z to (rise|fall)", text):
            delta = hand.delta(self.sample, hand.L, self.output)
            assert found[1] == ("rise" if delta < 0 else "fall")
            wish = re.search(rf"-delta = ({NUMBER})\. ", text)
            assert wish
            same(wish[1], -delta)
            up = "up where the weight is positive"
            assert (up in text) == (delta < 0)
        elif found := re.match(rf"Its delta is ({NUMBER}),", text):
            assert hand.delta(self.sample, hand.L, self.output) == float(found[1]) == 0
        elif found := re.search(rf"costs? J = ({NUMBER})(?: on average)?: the data's part", text):
            scale = max(abs(v) for i in hand.x for v in hand.passed[i][0][hand.L].values())
            same(found[1], hand.J(), scale)
            assert "raised by 0.001," in text
            if hand.m > 1:
                assert text.startswith(f"The {hand.m} samples")
        elif found := re.match(r"Both were run on (\d+) samples|Both were run on the one", text):
            assert int(found[1] or 1) == min(hand.m, 11 if hand.m == 11 else 10)
            last = re.search(rf"at most ({NUMBER})\.$", text)
            assert last
            largest = max(abs(hand.D(l, k, j)) for l, T in hand.Theta.items()
                          for k, row in T.items() for j in row)  # fmt: skip
            assert float(last[1]) <= 1e-12 * max(1.0, largest)
        elif found := re.match(rf"Lambda adds ({NUMBER}) to J, and lambda / (m|m_train) ×", text):
            same(found[1], hand.J_of_lambda())
            rows = f"the training, {hand.penalty_m}"
            rows = rows if hand.trained else f"this batch, {hand.m}"
            assert f"Its m is that of {rows}." in text
            self.seen.add("lambda")
        elif text.startswith("The second term is lambda's part"):
            trained = f"stays that of the training, m_train = {hand.penalty_m}, so"
            assert (trained if hand.trained else f"is that of this batch, {hand.m}.") in text
        elif found := re.search(r"averaged over the (\d+) samples of this batch\.", text):
            assert int(found[1]) == hand.m > 1
        elif found := re.match(r"Every number of both, .* turn i = 1 is sample (\d+)\.", text):
            assert int(found[1]) == 0
        elif found := re.match(r"The network has layers of ([\d-]+) units", text):
            assert found[1] == "-".join(map(str, hand.sizes))
            assert f"lambda = {hand.lambda_:g}, and {len(hand.theta):,} parameters." in text
            assert (f"g = {hand.activation}" in text) == (hand.L > 2)
        elif found := re.match(r"Layers are counted from 1 \(the inputs\) to (\d+)", text):
            assert int(found[1]) == hand.L
        elif found := re.match(r"Of its (\d+) units these 2 matter most", text):
            assert int(found[1]) > 4
        elif found := re.match(r"Layer (\d+): (?:hidden|the outputs), of size (\d+)", text):
            assert int(found[2]) == hand.sizes[int(found[1]) - 1]
        elif not re.fullmatch(r"Layer \d+(, the outputs)?|All outputs together, for layer \d+",
                              text):  # fmt: skip
            # What is left speaks of layers, of 0 and 1, and of nothing that was computed.
            bare = re.sub(r"layer \d+|\(1 - a\)|\b[01]\b|[AaB]1\b", "", text)
            assert not re.search(r"(?<![\w^(])\d", bare), text

    def _checked(self, text: str) -> None:
        (l, k), hand, i = self.unit, self.hand, self.sample
        if text.startswith("The slope is 0"):
            assert hand.slope(i, l, k) == hand.delta(i, l, k) == 0
            self.seen.add("stopped")
            return
        found = re.match(
            rf"Checked: raise z\^\({l}\)_{k} by 0\.001, pass on from there, and J_i changes by "
            rf"({NUMBER}); delta × 0\.001 is ({NUMBER})\. Lower it by 0\.001, and J_i changes by "
            rf"({NUMBER})\. The slope between the two is ({NUMBER}), delta is ({NUMBER})\.",
            text,
        )
        assert found, text
        delta, J = hand.delta(i, l, k), hand.J_i(i)
        up, down = hand.moved(i, l, k, 1e-3), hand.moved(i, l, k, -1e-3)
        noise = 2e-14 * max([J, *(abs(z) for z in hand.passed[i][0][hand.L].values())])
        near(found[1], up - J, noise)
        same(found[2], delta * 1e-3, abs(delta) * 1e-3)
        near(found[3], down - J, noise)
        near(found[4], (up - down) / 2e-3, noise / 2e-3)
        same(found[5], delta)
        rest = text[found.end() :]
        slope = float(found[4])
        agree = abs(slope - delta) <= 1.1e-3 * abs(delta)
        assert agree or rest, text
        assert not rest or abs(slope - delta) >= 0.9e-3 * abs(delta), text
        self.seen.add("nudge")
