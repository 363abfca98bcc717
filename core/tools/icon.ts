import { crc32, deflateSync } from 'node:zlib';

/** Draws the icon of the app, as `plugins/web/page/public/icon.svg` has it: a sun over a road, with a bolt. */

type Point = readonly [x: number, y: number];
type Colour = readonly [red: number, green: number, blue: number];

/** Samples per pixel and direction, which smooth the edges */
const SAMPLES = 4;

const GROUND: Colour = [22, 32, 48];
const SUN: Colour = [255, 200, 61];
const BOLT: Colour = [22, 32, 48];
/** In a square of 0 to 1 */
const CENTRE: Point = [0.5, 0.5];
const RADIUS = 0.31;
const CORNER = 0.22;
const SHAPE: readonly Point[] = [
  [0.545, 0.27],
  [0.375, 0.535],
  [0.485, 0.535],
  [0.455, 0.73],
  [0.625, 0.465],
  [0.515, 0.465],
];

/** A PNG file; `bleed`: the ground fills the square, for systems that cut the corners themselves. */
export function drawIcon(size: number, bleed: boolean): Buffer {
  const rows: Buffer[] = [];
  for (let y = 0; y < size; y += 1) {
    // Each row begins with its filter: none.
    const row = Buffer.alloc(1 + size * 4);
    for (let x = 0; x < size; x += 1) row.set(pixel(x, y, size, bleed), 1 + x * 4);
    rows.push(row);
  }
  return png(size, Buffer.concat(rows));
}

function pixel(x: number, y: number, size: number, bleed: boolean): number[] {
  const sum = [0, 0, 0];
  let covered = 0;
  for (let i = 0; i < SAMPLES; i += 1) {
    for (let j = 0; j < SAMPLES; j += 1) {
      const colour = colourAt([(x + (i + 0.5) / SAMPLES) / size, (y + (j + 0.5) / SAMPLES) / size], bleed);
      if (!colour) continue;
      covered += 1;
      for (const [index, part] of colour.entries()) sum[index] = (sum[index] ?? 0) + part;
    }
  }
  return [...sum.map((part) => Math.round(part / Math.max(1, covered))), Math.round((covered / SAMPLES ** 2) * 255)];
}

function colourAt(point: Point, bleed: boolean): Colour | undefined {
  if (isInside(point, SHAPE)) return BOLT;
  if (Math.hypot(point[0] - CENTRE[0], point[1] - CENTRE[1]) <= RADIUS) return SUN;
  return bleed || isRounded(point) ? GROUND : undefined;
}

function isRounded([x, y]: Point): boolean {
  const [dx, dy] = [Math.max(0, Math.abs(x - 0.5) - (0.5 - CORNER)), Math.max(0, Math.abs(y - 0.5) - (0.5 - CORNER))];
  return Math.hypot(dx, dy) <= CORNER;
}

/** Counts the edges to the right of the point. */
function isInside([x, y]: Point, shape: readonly Point[]): boolean {
  return shape.reduce((inside, [ax, ay], index) => {
    const [bx, by] = shape[(index + 1) % shape.length] ?? [0, 0];
    const crosses = ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax;
    return crosses ? !inside : inside;
  }, false);
}

/** PNG, third edition: signature, header, pixels, end. */
function png(size: number, pixels: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  // 8 bits per part, colours with transparency
  header.set([8, 6, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
