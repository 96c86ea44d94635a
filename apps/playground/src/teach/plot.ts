import { drawn } from '../dom.js';

const [WIDTH, HEIGHT] = [320, 120];
const [LEFT, BOTTOM, TOP] = [28, 16, 6];
/** Weight of what came before in the smooth line. */
const SMOOTH = 0.85;

interface Point {
  /** 0…1 of the training. */
  readonly share: number;
  readonly loss: number;
}

/** The loss of a running training: each report in grey, and a smooth line through them. */
export class LossPlot {
  private points: Point[] = [];
  private readonly raw = drawn('path', { class: 'raw' });
  private readonly smooth = drawn('path', { class: 'curve' });
  private readonly top = drawn('text', { x: LEFT - 5, y: TOP + 8, 'text-anchor': 'end' });

  constructor(svg: SVGSVGElement) {
    const floor = HEIGHT - BOTTOM;
    svg.replaceChildren(
      drawn('line', { class: 'axis', x1: LEFT, y1: floor, x2: WIDTH, y2: floor }),
      drawn('line', { class: 'axis', x1: LEFT, y1: TOP, x2: WIDTH, y2: TOP }),
      this.top,
      drawn('text', { x: LEFT - 5, y: floor + 3, 'text-anchor': 'end' }, '0'),
      drawn('text', { x: LEFT, y: HEIGHT - 2 }, 'begin'),
      drawn('text', { x: WIDTH, y: HEIGHT - 2, 'text-anchor': 'end' }, 'end'),
      this.raw,
      this.smooth,
    );
  }

  add(point: Point): void {
    this.points.push(point);
    const highest = Math.max(...this.points.map(({ loss }) => loss));
    this.top.textContent = highest.toPrecision(2);
    const place = ({ share, loss }: Point): string => {
      const x = LEFT + share * (WIDTH - LEFT);
      const y = HEIGHT - BOTTOM - (loss / highest) * (HEIGHT - BOTTOM - TOP);
      return `${x.toFixed(1)} ${y.toFixed(1)}`;
    };
    const line = (points: readonly Point[]): string => `M${points.map(place).join('L')}`;
    this.raw.setAttribute('d', line(this.points));
    this.smooth.setAttribute('d', line(smoothed(this.points)));
  }
}

/** An exponential average, without the pull of its beginning (Kingma & Ba 2015, section 3). */
function smoothed(points: readonly Point[]): Point[] {
  let sum = 0;
  let weight = 0;
  return points.map(({ share, loss }) => {
    sum = SMOOTH * sum + (1 - SMOOTH) * loss;
    weight = SMOOTH * weight + (1 - SMOOTH);
    return { share, loss: sum / weight };
  });
}
