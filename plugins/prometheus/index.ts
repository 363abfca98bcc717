import Type from 'typebox';
import type { Evcc, Plugin } from '../../core/index.ts';
import type { OptionsOf } from '../shared/options.ts';
import type {} from '../shared/rest-service.ts';
import { addHouse } from './house.ts';
import type { PrometheusOptions } from './options.ts';
import { addProgram } from './program.ts';

export type { PrometheusOptions } from './options.ts';

const schema = Type.Object({
  path: Type.Optional(
    Type.String({
      // What is below these belongs to the API and the WebSocket.
      pattern: '^/(?!api/|ws$)[A-Za-z0-9_/-]*[A-Za-z0-9_-]$',
      default: '/metrics',
      description: 'Path below the address of the REST API',
    }),
  ),
});

/** Shows all figures of the house, and about the program, to a Prometheus server. */
const prometheus: Plugin<PrometheusOptions> = {
  name: 'prometheus',
  section: { key: 'prometheus', schema },
  async apply(evcc: Evcc, { path = '/metrics' }: OptionsOf<typeof schema, PrometheusOptions>) {
    const library = await import('prom-client');
    const program = new library.Registry();
    addProgram(evcc, program, library);
    const figuresOf = (): Promise<string> => {
      const house = new library.Registry();
      addHouse(evcc.state, house, library);
      return house.metrics();
    };
    /** Those of the house, made once for all who ask until something changes */
    let figures: Promise<string> | undefined;
    evcc.hooks.publish.tap('prometheus', () => {
      figures = undefined;
    });
    evcc.pages.define({
      path,
      description: 'Figures of the house and of the program, in the text format of Prometheus',
      async answer() {
        figures ??= figuresOf();
        const body = `${await figures}\n${await program.metrics()}`;
        return { headers: { 'Content-Type': program.contentType, 'Cache-Control': 'no-store' }, body };
      },
    });
    let isServed = false;
    evcc.services.use('rest', () => {
      isServed = true;
      return undefined;
    });
    evcc.hooks.started.tap('prometheus', () => {
      if (!isServed) evcc.log.warn(`nobody can read ${path}: there is no web server, see rest`);
    });
    return () => program.clear();
  },
};

export default prometheus;
