/** Sums of the ledger: exact, over half-open periods, checked against what they must add up to. */
package ostler.accounting.report;
