/** Answers composed from the documentation of the API. */
export const homes = (websocketSubscriptionUrl: string, ...live: readonly boolean[]): object => ({
  data: {
    viewer: {
      websocketSubscriptionUrl,
      homes: live.map((realTimeConsumptionEnabled, index) => ({
        id: `home-${index + 1}`,
        features: { realTimeConsumptionEnabled },
      })),
    },
  },
});

export const next = (measurement: object): object => ({
  id: '1',
  type: 'next',
  payload: { data: { liveMeasurement: measurement } },
});
