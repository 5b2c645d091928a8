/**
 * The HTTP interface: who may call what, what comes in as types, and what goes out. Every refusal
 * is a problem document with a stable code.
 */
package ostler.allocator.http;
