/** One question about one person that all four agencies answer, each record with its provenance. */
export const ONE_WINDOW = `
  id
  identity { number name sex birthDate hukou alive provenance { agency system } }
  socialCard { number state issuer provenance { agency system } }
  jurisdictions
  pension {
    relations { scheme jurisdiction state accountKind firstMonth lastMonth monthsActual registeredName provenance { agency system jurisdiction asOf freshness quality { field rule } } }
    contributions(first: 600) { totalCount edges { node { scheme month base personal employer credited paidOn jurisdiction enterprise { creditCode name } provenance { agency system } } } }
    monthsPaid
    hasPaidAtLeast(months: 1)
    account { balance principal interest parts { jurisdiction balance years { year balance } provenance { agency system } } }
    benefit { from }
  }
  unemployment { relations { jurisdiction } }
  occupationalInjury { relations { jurisdiction } platformCover { platformName month days orders provenance { agency system } } }
  employments { employerName from to kind jurisdiction enterprise { creditCode name state } provenance { agency system } }
  platformWork { platformName trade from to enterprise { creditCode name } provenance { agency system } }
  businesses { creditCode name state provenance { agency system } }
  courierWork { filingNumber from to outlet { filingNumber name } enterprise { creditCode name } provenance { agency system } }
  medical {
    enrolments { scheme poolingArea state from provenance { agency system } }
    account { balance }
    continuousMonths
    payments(first: 3) { totalCount edges { node { month personal } } }
  }`;

export const ME = `query Me { me { ${ONE_WINDOW} } }`;
export const CITIZEN = `query One($id: ID!) { citizen(id: $id) { ${ONE_WINDOW} } }`;
export const BY_NUMBER = 'query ($number: CitizenNumber!) { citizenByNumber(number: $number) { id } }';
