/** Measures Ostler beside its peers, in one run on one machine. Nothing here is a test. */
package ostler.bench;
