package ostler.inventory;

/**
 * How much of a unit's memory a wipe reached, over all its functions.
 *
 * @param bytesTotal the memory that a tenant could have written to
 * @param bytesScrubbed how much of it was overwritten
 * @param bytesVerified how much of that was read back and found clean
 */
public record WipeCoverage(long bytesTotal, long bytesScrubbed, long bytesVerified) {

  public WipeCoverage {
    if (bytesVerified < 0 || bytesVerified > bytesScrubbed || bytesScrubbed > bytesTotal) {
      throw new IllegalArgumentException(
          "verified is at most scrubbed, and scrubbed at most all, not "
              + bytesVerified
              + ", "
              + bytesScrubbed
              + ", "
              + bytesTotal);
    }
  }

  /** Whether there was memory and all of it was overwritten. */
  public boolean isScrubbedWhole() {
    return bytesTotal > 0 && bytesScrubbed == bytesTotal;
  }

  /** Whether there was memory and all of it was read back. */
  public boolean isVerifiedWhole() {
    return bytesTotal > 0 && bytesVerified == bytesTotal;
  }
}
