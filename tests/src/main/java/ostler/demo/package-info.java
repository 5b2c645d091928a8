/**
 * {@code ostler demo}: the whole story of a card between two tenants, told by the real programs.
 */
package ostler.demo;
