/** Answers to `GET /api/states/<entity>` as the documentation of the REST API shows them. */
export const state = (entity: string, state: string, unit?: string): object => ({
  entity_id: entity,
  state,
  attributes: { state_class: 'measurement', ...(unit && { unit_of_measurement: unit }), friendly_name: entity },
  last_changed: '2025-06-01T10:00:00.000000+00:00',
  last_updated: '2025-06-01T10:00:00.000000+00:00',
});
