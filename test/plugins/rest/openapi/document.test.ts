import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import type { OpenApi } from '../../../../plugins/rest/openapi/build.ts';
import { startRest } from '../start-rest.ts';

async function documentOf(rest: Awaited<ReturnType<typeof startRest>>): Promise<OpenApi> {
  const { status, json } = await rest.ask('GET', '/api/openapi.json');
  expect(status).toBe(200);
  return json as unknown as OpenApi;
}

test('the document is valid OpenAPI 3.1', async () => {
  const document = await documentOf(await startRest());
  const result = await new Validator().validate(JSON.parse(JSON.stringify(document)));
  expect(result).toEqual({ valid: true });
  expect(document.openapi).toBe('3.1.0');
});
