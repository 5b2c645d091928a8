/**
 * JSON at the door: one bounded document read into typed values with errors that name the field.
 */
package ostler.wire;
