// The run as lines of Python that give the same bits.
import type { Run } from "./run";

const WIDTH = 88;

/** The lines; `theta` is at their end what the page has now, on the core's slowest instruction set bit for bit. */
export function asPython(run: Run): string {
    const { settings, net } = run;
    const names = `network, theta, X, y, options, engine="native", slice_seconds=0`;
    return [
        "import clearprop",
        "import numpy as np",
        "",
        ...dataLines(run),
        `network = clearprop.Network((${net.sizes.join(", ")}), activation="${net.activation}",`,
        `                            cost="${net.cost}", regularization=${net.lambda})`,
        startLine(run),
        ...(run.step
            ? [
                  `options = clearprop.Options("${settings.solver}", learning_rate=${settings.rate},`,
                  `                            ${batchLine(run)}seed=${settings.seed}, epochs=${epochs(run)},`,
                  `                            patience=float("inf"), check_gradient=False)`,
                  `training = clearprop.Training(${names})`,
                  "for _ in training:",
                  `    training.stop(training.state.step >= ${run.step})`,
                  "theta = training.state.theta",
              ]
            : []),
        "J, D = clearprop.cost_and_gradient(network, theta, X, y)",
        `print(f"step ${run.step}: J = {J:.4f}")`,
        "",
    ].join("\n");
}

/** Epochs that reach the step, whole or begun. */
const epochs = (run: Run): number => Math.max(1, run.epoch + (run.position ? 1 : 0));

function batchLine({ settings, data }: Run): string {
    if (settings.solver === "gd") return "";
    const momentum = settings.solver === "sgd" ? `momentum=${settings.momentum}, ` : "";
    return `${momentum}batch_size=${Math.min(settings.batch, data.training.m)}, `;
}

function startLine({ settings: { init, seed } }: Run): string {
    if (init === "zeros") return "theta = np.zeros(network.n_parameters)";
    if (init === "half") return "theta = np.full(network.n_parameters, 0.5)";
    const kind = Number.isNaN(Number(init)) ? `"${init}"` : init;
    return `theta = clearprop.initial_theta(network, seed=${seed}, init=${kind})`;
}

function dataLines({ data, settings }: Run): string[] {
    const { X, Y, m } = data.training;
    if (settings.set === "digits")
        return [
            'digits = clearprop.read("digits")',
            `rows = np.random.default_rng(0).permutation(1797)[:${m}]`,
            "X, y = digits.X[rows] / 16, digits.y[rows]",
        ];
    const K = data.outputs;
    const label = (i: number) => (K === 1 ? Y[i] : Y.subarray(i * K, (i + 1) * K).indexOf(1));
    const rows = Array.from({ length: m }, (_, i) => `[${X[2 * i]}, ${X[2 * i + 1]}]`);
    const labels = Array.from({ length: m }, (_, i) => String(label(i)));
    return ["X = np.array([", ...filled(rows), "])", "y = np.array([", ...filled(labels), "])"];
}

/** The parts with commas between them, in lines that are full. */
function filled(parts: string[]): string[] {
    const lines: string[] = [];
    let line = "   ";
    for (const part of parts) {
        if (line.length + part.length + 2 > WIDTH) {
            lines.push(line);
            line = "   ";
        }
        line += ` ${part},`;
    }
    return [...lines, line];
}
