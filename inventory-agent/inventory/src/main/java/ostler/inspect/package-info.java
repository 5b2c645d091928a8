/** The command that looks at one machine without any server: table, tree, JSON, YAML, capture. */
package ostler.inspect;
