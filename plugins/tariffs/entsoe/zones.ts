/** Bidding zones by their Energy Identification Code. Source: ENTSO-E, list of approved EICs. */
export const ZONES: Readonly<Record<string, string>> = {
  AT: '10YAT-APG------L',
  BE: '10YBE----------2',
  BG: '10YCA-BULGARIA-R',
  CH: '10YCH-SWISSGRIDZ',
  CZ: '10YCZ-CEPS-----N',
  'DE-LU': '10Y1001A1001A82H',
  DK1: '10YDK-1--------W',
  DK2: '10YDK-2--------M',
  EE: '10Y1001A1001A39I',
  ES: '10YES-REE------0',
  FI: '10YFI-1--------U',
  FR: '10YFR-RTE------C',
  GB: '10YGB----------A',
  GR: '10YGR-HTSO-----Y',
  HR: '10YHR-HEP------M',
  HU: '10YHU-MAVIR----U',
  'IE-SEM': '10Y1001A1001A59C',
  'IT-North': '10Y1001A1001A73I',
  LT: '10YLT-1001A0008Q',
  LV: '10YLV-1001A00074',
  NL: '10YNL----------L',
  NO1: '10YNO-1--------2',
  NO2: '10YNO-2--------T',
  NO3: '10YNO-3--------J',
  NO4: '10YNO-4--------9',
  NO5: '10Y1001A1001A48H',
  PL: '10YPL-AREA-----S',
  PT: '10YPT-REN------W',
  RO: '10YRO-TEL------P',
  SE1: '10Y1001A1001A44P',
  SE2: '10Y1001A1001A45N',
  SE3: '10Y1001A1001A46L',
  SE4: '10Y1001A1001A47J',
  SI: '10YSI-ELES-----O',
  SK: '10YSK-SEPS-----K',
};

const CHARACTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-';

/** The code of a zone that is named or given as code; `undefined`: it is neither, or its check character is wrong. */
export function codeOf(domain: string): string | undefined {
  const known = Object.entries(ZONES).find(([name]) => name.toLowerCase() === domain.toLowerCase())?.[1];
  const code = known ?? domain.toUpperCase();
  if (!/^[0-9A-Z-]{16}$/.test(code)) return undefined;
  const sum = [...code.slice(0, 15)].reduce((total, sign, index) => total + CHARACTERS.indexOf(sign) * (16 - index), 0);
  return CHARACTERS[36 - ((sum - 1) % 37)] === code[15] ? code : undefined;
}
