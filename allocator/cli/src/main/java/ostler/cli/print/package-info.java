/** Answers of the allocator as text: tables for people, JSON, YAML and CSV for programs. */
package ostler.cli.print;
