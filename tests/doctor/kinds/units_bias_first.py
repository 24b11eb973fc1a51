from math import exp

# nn[layer][neuron]["weights"][0] is the threshold


def predict(nn, x):
    signal = x
    for k in range(len(nn)):
        nxt = []
        for n in nn[k]:
            s = n["weights"][0]
            for i, v in enumerate(signal):
                s += n["weights"][i + 1] * v
            n["out"] = 1 / (1 + exp(-s))
            nxt.append(n["out"])
        signal = nxt
    return signal


def propagate_back(nn, y):
    for k in range(len(nn) - 1, -1, -1):
        for j in range(len(nn[k])):
            n = nn[k][j]
            if k == len(nn) - 1:
                e = y[j] - n["out"]
            else:
                e = 0
                for m in nn[k + 1]:
                    e += m["weights"][j + 1] * m["error"]
            n["error"] = e * n["out"] * (1 - n["out"])


def learn(nn, samples, labels, eta=0.3, iterations=1000):
    for it in range(iterations):
        for x, y in zip(samples, labels):
            predict(nn, x)
            propagate_back(nn, y)
            signal = x
            for layer in nn:
                for n in layer:
                    n["weights"][0] += eta * n["error"]
                    for i, v in enumerate(signal):
                        n["weights"][i + 1] += eta * n["error"] * v
                signal = [n["out"] for n in layer]
