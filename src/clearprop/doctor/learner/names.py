"""What a name means: X, y, lambda, a weight of layer 2, the gradient of a bias.

Learners name things in many ways. A name is cut into words (``grad_W1``, ``gradW1`` and ``W1Grad``
are alike), and the words are looked up. The role of a numbered or placed weight (``W1``, ``w_in``,
``who``) carries its place; :func:`ordered` turns places into layers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Place", "is_cost", "ordered", "place_of", "plain", "roles_of"]

# The words of each role, without case and underscores. The first role that has a word wins.
_ROLES: dict[str, str] = {
    "theta": "theta nnparams params parameters param unrolled thetavec thetavector p nnparameters "
    "initialnnparams weightsvector weightvector flat flatparams paramvector pars vec vector "
    "thetaflat thetas0 thetanit allparams thetainit model network net weightsandbiases wb",
    "thetas": "thetas matrices thetalist alltheta thetamatrices",
    "weights": "weights ws coefs w weight wlist weightlist initialweights winit weightmatrices "
    "synapses kernels theta1s allweights weightslist",
    "biases": "biases bs intercepts b bias blist biaslist initialbias initialbiases binit offsets "
    "allbiases biaseslist",
    "layers": "layers nn mlp layerlist",
    "X": "x xs inputs input data features xtrain samples images image imgs img xbatch batch "
    "inputdata traininginputs trainx trnx xtr a0 xdata inputbatch batchx examples observations "
    "traindata trainingdata xi sample inp ins design designmatrix inputvector inputarray xx "
    "inputslist inputlist points point feature featurematrix batchxs xb minibatch xtrn obs ipt",
    "y": "y ys labels label targets target t ytrue ytrain yonehot onehot ybatch truth trainy trny "
    "expected desired actual answers answer classes outputstrue yy groundtruth gt traininglabels "
    "trainlabels ydata batchy yactual tbatch trainingoutputs targetvector targetslist targetlist "
    "expectedoutput ytr yi output0 actuals desiredoutput yb tgt ytrn response responses outs "
    "correct trainingtargets ohlabels ohe labelsonehot onehotlabels yohe yenc yoh",
    "lambda": "lambda lam lmbda lambd lamda reg regularization regularisation l2 regstrength "
    "weightdecay regparam reglambda regularizationstrength regularizationparameter lambdareg "
    "lbd l2reg regularizer regcoef regfactor lambdaparam l2lambda decay wd lamb regrate "
    "regularizationrate penalty regcoeff lambdaval rho regularisationparameter lambda1",
    "rate": "learningrate lr eta alpha rate step stepsize learnrate learningratealpha epsilon "
    "lrate etarate gammarate learningratereg nu learningrateinit eta0 lr0 initiallr",
    "epochs": "epochs epoch iterations iters niter numiters numiterations nepochs numepochs steps "
    "nsteps maxiter numsteps niterations iter nepoch nbepochs maxepochs iteration maxiterations "
    "trainingiterations niters maxiters nits noiterations noepochs rounds nrounds trainingsteps",
    "batch": "batchsize minibatchsize bs0 batchlen nbatch",
    "m": "m n0 nsamples msamples numexamples numsamples samplescount nexamples size ntrain",
    "sizes": "layersizes sizes arch architecture layerdims layersdims dims layout topology units "
    "nunits layersize networksize structure layerlayout hiddenlayersizes",
    "s_1": "inputlayersize inputsize ninputs ninput inputunits nin inputdim inputlayer inputnodes "
    "numinputs nx din dimin inodes inputneurons nfeatures numfeatures inputlayerneurons infeatures "
    "ninp inputnum inputcount numin indim",
    "s_2": "hiddenlayersize hiddensize nhidden hidden hiddenunits nhid hiddendim hiddenlayer "
    "hiddennodes numhidden nh dh dimhidden hnodes hiddenneurons hiddenlayerneurons hidnum hid "
    "hiddennum hiddencount hiddens numhiddenunits",
    "K": "numlabels outputsize outputlayersize noutputs nclasses numclasses nout k outputdim "
    "outputlayer outputnodes numoutputs ny dout dimout onodes outputneurons numoutput "
    "outputlayerneurons classescount outfeatures noutput outputnum outputcount numout outdim",
    "off": "verbose printcost plot debug verbosity printevery printloss showplot momentum beta mu",
    "output": "yhat ypred pred preds prediction predictions out outputs output hx probs prob "
    "probabilities al h hypothesis scores score yh ypredicted predicted logits finaloutput "
    "afinal youtput aout yp",
    "cache": "cache caches memory mem fwdcache forwardcache stash intermediates activations "
    "activationcache store layeroutputs acts hiddens0 hiddenoutputs states",
    "gradients": "grads gradients grad gradient deltas nablas",
}
_BY_WORD = {word: role for role, words in _ROLES.items() for word in words.split()}

# Places of a matrix that has no number, from the inputs to the outputs.
_PLACES = ("inputhidden", "in", "ih", "i", "xh", "input", "hiddeninput", "x", "first",
           "hidden", "h", "hid", "hh", "hidden1", "h1", "hidden2", "h2", "second",
           "hiddenoutput", "ho", "o", "out", "output", "hy", "final", "last", "y")  # fmt: skip
_KINDS = {"weights": r"weights?|theta|syn(?:apse)?|kernel|wts?|w|coefs?",
          "biases": r"bias(?:es)?|intercepts?|b|offset"}  # fmt: skip
_GRADIENT = re.compile(
    r"^(?:gradient|gradof|grads?|nabla|partial|delta|dcost|dloss|change|update|adj|upd|step|del|dj|dl|"
    r"dc|de|gr|d|g)(?:of|for|d|wrt)?(?=[a-z])|(?:grad|gradient|gradients|g|delta|update|change|d|"
    r"derivative|der|adjustment)$"
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Which block a name means.

    Attributes
    ----------
    kind
        ``"weights"`` or ``"biases"``.
    index
        The number in the name, a place from the inputs to the outputs, or None where there is
        neither.
    gradient
        Whether the name says that it is a gradient.
    """

    kind: str
    index: float | None
    gradient: bool


def plain(name: str) -> str:
    """A name in lower case, without underscores.

    Examples
    --------
    >>> plain("Reg_Param")
    'regparam'
    """
    return re.sub(r"[^0-9a-zA-Z\u0370-\u03ff]", "", name).lower().replace("θ", "theta")


def roles_of(name: str) -> str | None:
    """The role of a parameter by its name; None where the name says nothing.

    Examples
    --------
    >>> roles_of("reg_param"), roles_of("x_batch"), roles_of("y_true"), roles_of("W0")
    ('lambda', 'X', 'y', None)
    """
    word = plain(name)
    if word in _BY_WORD:
        return _BY_WORD[word]
    if word.startswith("λ"):
        return "lambda"
    bare = re.sub(r"(?:my|the|cur|current|new|old|self|in|arr|array|mat|matrix|np|data)$", "", word)
    return _BY_WORD.get(bare) if bare and bare != word else None


def place_of(name: str) -> Place | None:
    """Which weights or biases a name means; None where it means neither.

    Examples
    --------
    >>> place_of("W1")
    Place(kind='weights', index=1.0, gradient=False)
    >>> place_of("grad_b2")
    Place(kind='biases', index=2.0, gradient=True)
    >>> place_of("w_in").kind, place_of("db_out").gradient, place_of("dZ1"), place_of("cache")
    ('weights', True, None, None)
    >>> place_of("delta_w1")
    Place(kind='weights', index=1.0, gradient=True)
    """
    word = plain(name)
    if _BY_WORD.get(word) in ("X", "y"):  # xb is a batch, and no bias
        return None
    if (found := _placed(word)) is not None:
        return Place(*found, False)
    short = re.fullmatch(r"[dg](delta)?(\d+)|(?:theta)?(?:grad|d|delta)(\d+)", word)
    if short and name[:1].isupper():  # D1, Delta1, Theta1_grad
        return Place("weights", float(short[2] or short[3] or 0), True)
    for match in (_GRADIENT.match(word), _GRADIENT.search(word)):
        if match:
            rest = word[: match.start()] + word[match.end() :]
            if (found := _placed(rest)) is not None:
                return Place(*found, True)
    return None


def _placed(word: str) -> tuple[str, float | None] | None:
    for kind, pattern in _KINDS.items():
        if match := re.fullmatch(rf"(?:initial|new|old|updated)?(?:{pattern})(\d*)(\d?)", word):
            return kind, float(match[1]) if match[1] else None
        for shape in (rf"(?:{pattern})([a-z]+)(\d*)", rf"([a-z]+?)(?:{pattern})(\d*)"):
            match = re.fullmatch(shape, word)
            if match and match[1] in _PLACES:
                number = float(match[2]) / 10 if match[2] else 0.0
                return kind, 100.0 + _PLACES.index(match[1]) + number
    return None


def ordered(names: Sequence[str]) -> dict[str, tuple[str, int]] | None:
    """Weights and biases by name: the kind and the layer, counted from 1, of each.

    None unless every weight has a layer of its own, and every bias one of theirs.

    Examples
    --------
    >>> ordered(["b_out", "w_in", "w_out", "b_in"])["b_out"]
    ('biases', 2)
    >>> ordered(["W0", "b0", "W1", "b1"])["W1"]
    ('weights', 2)
    """
    places = {name: place for name in names if (place := place_of(name)) is not None}
    found: dict[str, tuple[str, int]] = {}
    counts = []
    for kind in ("weights", "biases"):
        mine = [(name, place.index) for name, place in places.items() if place.kind == kind]
        if len(mine) > 1 and any(index is None for _, index in mine):
            return None
        mine.sort(key=lambda entry: entry[1] or 0.0)
        if len({index for _, index in mine}) < len(mine):
            return None
        found.update({name: (kind, l) for l, (name, _) in enumerate(mine, start=1)})
        counts.append(len(mine))
    if not counts[0] or counts[1] not in (0, counts[0]):
        return None
    return found


COSTS = (
    "cost",
    "loss",
    "mse",
    "crossentropy",
    "bce",
    "error",
    "objective",
    "nll",
    "sse",
    "criterion",
)
SLOPES = ("grad", "deriv", "prime", "delta", "backward", "dcost", "dloss")


def is_cost(name: str) -> bool:
    """Whether a name is that of a cost.

    Examples
    --------
    >>> is_cost("J"), is_cost("total_loss"), is_cost("dW1"), is_cost("L2")
    (True, True, False, False)
    """
    word = plain(name)
    if any(word.startswith(s) or word.endswith(s) for s in SLOPES):
        return False
    return word in ("j", "l", "c", "e", "err", "jval", "jtheta") or any(w in word for w in COSTS)
