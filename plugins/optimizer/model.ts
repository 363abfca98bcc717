/** A linear program under construction: columns with bounds and costs, rows that relate them. */

/** A column by its number */
export type Column = number;

/** Factor of a column in a row */
export type Term = readonly [column: Column, factor: number];

/** As the solver takes it; the matrix in compressed rows. */
export interface ModelArrays {
  readonly numCols: number;
  readonly numRows: number;
  readonly colCost: Float64Array;
  readonly colLower: Float64Array;
  readonly colUpper: Float64Array;
  readonly rowLower: Float64Array;
  readonly rowUpper: Float64Array;
  readonly matrix: {
    readonly format: 'csr';
    readonly numRows: number;
    readonly numCols: number;
    readonly starts: Int32Array;
    readonly indices: Int32Array;
    readonly values: Float64Array;
  };
  /** 1: yes or no; absent: every column is continuous */
  readonly integrality?: Int32Array;
}

export class Model {
  readonly #costs: number[] = [];
  readonly #lower: number[] = [];
  readonly #upper: number[] = [];
  readonly #binary: Column[] = [];
  readonly #rowLower: number[] = [];
  readonly #rowUpper: number[] = [];
  readonly #starts: number[] = [0];
  readonly #indices: number[] = [];
  readonly #values: number[] = [];

  /** Costs count per unit, and are kept as low as possible in sum. */
  column(lower: number, upper: number, cost = 0): Column {
    this.#costs.push(cost);
    this.#lower.push(lower);
    this.#upper.push(Math.max(lower, upper));
    return this.#costs.length - 1;
  }

  /** A column that is 0 or 1. */
  choice(): Column {
    const column = this.column(0, 1);
    this.#binary.push(column);
    return column;
  }

  /** Adds to the cost of a column. */
  charge(column: Column, cost: number): void {
    this.#costs[column] = (this.#costs[column] ?? 0) + cost;
  }

  /** A column stays 0. */
  close(column: Column): void {
    this.#upper[column] = 0;
  }

  /** The sum of the terms is within the bounds. */
  row(lower: number, upper: number, terms: readonly Term[]): void {
    for (const [column, factor] of terms) {
      this.#indices.push(column);
      this.#values.push(factor);
    }
    this.#starts.push(this.#indices.length);
    this.#rowLower.push(lower);
    this.#rowUpper.push(upper);
  }

  /** The sum of the terms is `limit` at most. */
  most(limit: number, terms: readonly Term[]): void {
    this.row(Number.NEGATIVE_INFINITY, limit, terms);
  }

  arrays(): ModelArrays {
    const numCols = this.#costs.length;
    const numRows = this.#rowLower.length;
    const integrality = new Int32Array(numCols);
    for (const column of this.#binary) integrality[column] = 1;
    return {
      numCols,
      numRows,
      colCost: Float64Array.from(this.#costs),
      colLower: Float64Array.from(this.#lower),
      colUpper: Float64Array.from(this.#upper),
      rowLower: Float64Array.from(this.#rowLower),
      rowUpper: Float64Array.from(this.#rowUpper),
      matrix: {
        format: 'csr',
        numRows,
        numCols,
        starts: Int32Array.from(this.#starts),
        indices: Int32Array.from(this.#indices),
        values: Float64Array.from(this.#values),
      },
      ...(this.#binary.length > 0 && { integrality }),
    };
  }
}
