package ostler.vfio.scrub;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Blocks of bytes that nobody else can have written: each is filled with the HMAC-SHA-256 of its
 * own number under a fresh secret, so one read from a wrong place, or left from before, is known.
 */
final class Canaries {

  static final int BLOCK_BYTES = 4096;

  private static final String HMAC = "HmacSHA256";
  private static final int RANDOM_BLOCKS = 62;

  private final SortedMap<Long, byte[]> byBlock = new TreeMap<>();

  /** For the first block, the last one, and up to 62 between, of a memory of this many bytes. */
  Canaries(Nonce nonce, long bytes, RandomGenerator random) {
    long blocks = bytes / BLOCK_BYTES;
    plan(nonce, 0);
    plan(nonce, blocks - 1);
    for (int i = 0; i < RANDOM_BLOCKS; i++) {
      plan(nonce, random.nextLong(blocks));
    }
  }

  /** What each block is to hold, by its first byte's place. */
  Map<Long, byte[]> byPlace() {
    return byBlock;
  }

  /** Whether what was read is any of them, wherever it was found. */
  boolean include(byte[] block) {
    return byBlock.values().stream().anyMatch(canary -> Arrays.equals(canary, block));
  }

  private void plan(Nonce nonce, long block) {
    byBlock.computeIfAbsent(block * BLOCK_BYTES, at -> canary(nonce, block));
  }

  private static byte[] canary(Nonce nonce, long block) {
    byte[] one = hmac(nonce, ByteBuffer.allocate(Long.BYTES).putLong(block).array());
    byte[] all = new byte[BLOCK_BYTES];
    for (int at = 0; at < BLOCK_BYTES; at += one.length) {
      System.arraycopy(one, 0, all, at, one.length);
    }
    return all;
  }

  private static byte[] hmac(Nonce nonce, byte[] message) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(nonce.bytes(), HMAC));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + HMAC, e);
    }
  }
}
