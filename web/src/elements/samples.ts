// A drawing of each digit, for those who cannot draw on the pad. Points in hundredths of the pad.
import type { Stroke } from "./drawn";

/** Points of an ellipse around (x, y), from one angle to another in degrees; 0 is to the right, 90 below. */
function arc(x: number, y: number, rx: number, ry: number, from: number, to: number): Stroke {
    const n = Math.ceil(Math.abs(to - from) / 15);
    return Array.from({ length: n + 1 }, (_, i) => {
        const angle = ((from + ((to - from) * i) / n) * Math.PI) / 180;
        return [x + rx * Math.cos(angle), y + ry * Math.sin(angle)] as const;
    });
}

export const SAMPLES: readonly (readonly Stroke[])[] = [
    [arc(50, 50, 22, 32, -90, 270)],
    [[[54, 18], [48, 82]]],
    [[...arc(49, 34, 20, 17, -170, 35), [34, 78], [46, 74], [74, 80]]],
    [[...arc(48, 34, 18, 15, -150, 80), ...arc(49, 64, 21, 18, -80, 150)]],
    [[[38, 20], [32, 52], [70, 50]], [[66, 22], [60, 84]]],
    [[[68, 20], [38, 21], [34, 46], ...arc(48, 62, 21, 19, -110, 140)]],
    [[[60, 17], [46, 32], [37, 50], ...arc(51, 64, 17, 17, 180, -180)]],
    [[[30, 25], [70, 23], [54, 52], [46, 83]]],
    [[...arc(50, 34, 15, 15, -60, -270), ...arc(50, 66, 18, 17, -90, 270), ...arc(50, 34, 15, 15, 90, -60)]],
    [[...arc(51, 36, 16, 16, -20, -380), [64, 56], [56, 84]]],
];
