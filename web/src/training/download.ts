// What leaves the page as a file: numbers, pictures. Nothing is sent anywhere.
import type { Run } from "./run";

export function download(name: string, content: Blob): void {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(content);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** The run as a record, which every element can show. */
export function asRecord({ net, theta, data, settings, step }: Run): string {
    const { X, Y, m } = data.training;
    const rows = (values: Float64Array, n: number) =>
        Array.from({ length: m }, (_, i) => [...values.subarray(i * n, (i + 1) * n)]);
    return JSON.stringify({
        version: 1,
        network: net,
        theta: [...theta],
        X: rows(X, data.inputs),
        Y: rows(Y, data.outputs),
        settings,
        step,
    });
}

const STYLES = [
    "fill", "fill-opacity", "stroke", "stroke-opacity", "stroke-width", "stroke-dasharray", "opacity", "text-anchor",
    "font-family", "font-size", "font-style", "font-weight",
];

/** A drawing with its styles written into it, and each of `pictures` where it lies over the drawing, or under it. */
export function asSVG(drawing: SVGSVGElement, pictures: Iterable<HTMLCanvasElement>, under = false): string {
    const copy = drawing.cloneNode(true) as SVGSVGElement;
    const [from, to] = [drawing.querySelectorAll("*"), copy.querySelectorAll("*")];
    from.forEach((element, i) => {
        const style = getComputedStyle(element);
        for (const name of STYLES) to[i].setAttribute(name, style.getPropertyValue(name));
    });
    const box = drawing.getBoundingClientRect();
    for (const picture of pictures) {
        const at = picture.getBoundingClientRect();
        const image = document.createElementNS("http://www.w3.org/2000/svg", "image");
        const places = { x: at.x - box.x, y: at.y - box.y, width: at.width, height: at.height };
        for (const [name, value] of Object.entries(places)) image.setAttribute(name, value.toFixed(1));
        image.setAttribute("href", picture.toDataURL());
        if (under) copy.prepend(image);
        else copy.append(image);
    }
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    return copy.outerHTML.replace(/<!--.*?-->/g, "");
}
