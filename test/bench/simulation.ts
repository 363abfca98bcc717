import { type Figure, figure } from './report.ts';
export async function simulationFigures(): Promise<Figure[]> {
  return [];
}
