/**
 * Who had which unit for how long. What runs now is one open interval a unit; closing it makes a
 * segment, which never changes.
 */
package ostler.accounting.ledger;
