package ostler.flavor.nova;

/**
 * One file of Nova's configuration as it was read.
 *
 * @param file as the operator named it
 */
public record ConfigText(String file, String text) {}
