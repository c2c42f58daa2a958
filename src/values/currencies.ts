/**
 * The currencies of ISO 4217 (list one, 2026-01-01) that a salary can be paid in, by their minor digits. Funds codes,
 * precious metals and testing codes are left out. Intl is no substitute, because CLDR rounds IQD, AFN and others to no digits.
 */
const codesByMinorDigits: Record<number, string> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF',
  2: `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP
      CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES
      KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK
      NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB
      TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD XCG YER ZAR ZMW ZWG`,
  3: 'BHD IQD JOD KWD LYD OMR TND',
};

/**
 * Currencies that have ended since 1999 (list three), with the digits that they had. Payments made in them are still shown
 * and can be imported.
 */
const endedByMinorDigits: Record<number, string> = {
  0: 'ADP BEF BYB BYR ESP GRD ITL LUF MGF PTE TJR TPE TRL',
  2: `AFA ANG ATS AZM BGL BGN CSD CUC CYP DEM EEK FIM FRF GHC GWP HRK IEP LTL LVL MRO MTL MZM NLG ROL RUR SDD SIT SKK SLL
      SRG STD TMM UAK VEB VEF XEU YUM ZMK ZWD ZWL ZWN ZWR`,
};

const digitsByCode = byCode(codesByMinorDigits);
const endedDigitsByCode = byCode(endedByMinorDigits);
/** Of most currencies. A code that is in no list came into the database by another way than the API, and is shown. */
const usualDigits = 2;

function byCode(codesByDigits: Record<number, string>): Map<string, number> {
  return new Map(
    Object.entries(codesByDigits).flatMap(([digits, codes]) =>
      codes.split(/\s+/).map((code): [string, number] => [code, Number(digits)]),
    ),
  );
}

/** Whether it is in use. */
export function isCurrency(code: string): boolean {
  return digitsByCode.has(code);
}

/** Whether it is in use, or was. */
export function isCurrencyOrEnded(code: string): boolean {
  return isCurrency(code) || endedDigitsByCode.has(code);
}

export function minorDigits(currency: string): number {
  return digitsByCode.get(currency) ?? endedDigitsByCode.get(currency) ?? usualDigits;
}
