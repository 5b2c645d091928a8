/** The usage ledger: who had which unit for how long. */
package ostler.accounting;
