import Type from 'typebox';
import type { PageAnswer, Plugin } from '../../core/index.ts';
import type {} from '../shared/rest-service.ts';
import { fileAnswer } from './files.ts';
import type { WebOptions } from './options.ts';

export type { WebOptions } from './options.ts';

/** Where `npm run page` puts the page */
const BUILT = new URL('./dist/', import.meta.url);

/** What is shown where the page was not built, as in a source folder that was installed without development tools. */
const NOT_BUILT: PageAnswer = {
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: 'evcc runs, but its web page has not been built: run "npm ci", or "npm run page".\nThe API works: /api/state\n',
};

/** The web page, served by whatever serves pages; all that it shows and does goes through REST API and WebSocket. */
const web: Plugin<WebOptions> = {
  name: 'web',
  section: { key: 'web', schema: Type.Object({}) },
  apply(evcc) {
    evcc.services.use('rest', ({ urls }) => {
      evcc.announce(`Web page: ${[...urls.slice(-1), ...urls.slice(0, -1)].join(', ')}`);
      return undefined;
    });
    evcc.pages.define({
      path: '/',
      description: 'The web page',
      open: true,
      answer: async (request) => (await fileAnswer(BUILT, request)) ?? (request.path === '/' ? NOT_BUILT : undefined),
    });
  },
};

export default web;
