package ostler.inventory;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import ostler.wire.WireException;

/**
 * The wipe records of one unit, each hashed over the one before it, so that none can be changed,
 * taken out or put in without being noticed by whoever has a later one.
 */
public final class WipeChain {

  private WipeChain() {}

  /** What is wrong with a record's place in a chain. */
  public enum Flaw {
    /** It does not follow the record before it: one is missing, added, or in the wrong place. */
    NOT_LINKED,
    /** Its text is not the one that was hashed. */
    CHANGED,
    /** The key did not sign it. */
    NOT_SIGNED,
    /** Its text is not a wipe record. */
    UNREADABLE,
    /** It is of another unit than the first. */
    OTHER_UNIT
  }

  /** What checking a list of records found. */
  public sealed interface Verdict permits Sound, Broken {}

  /**
   * Every record is in its place, unchanged and signed.
   *
   * @param head what the next record must follow
   */
  public record Sound(ChainHash head) implements Verdict {}

  /**
   * The chain ends in a broken record, and says nothing from there on.
   *
   * @param index place of the first broken record in the list, from 0
   * @param wipe which wipe it is, if that can still be read
   */
  public record Broken(int index, Optional<WipeId> wipe, Flaw flaw) implements Verdict {

    /** What is broken, for people. */
    public String sentence() {
      String which = wipe.map(id -> " (wipe " + id + ")").orElse("");
      return "record "
          + (index + 1)
          + which
          + switch (flaw) {
            case NOT_LINKED ->
                " does not follow the one before it: a record is missing, added or moved";
            case CHANGED -> " was changed after it was hashed";
            case NOT_SIGNED -> " is not signed by the host's key";
            case UNREADABLE -> " is not a wipe record";
            case OTHER_UNIT -> " is of another unit";
          };
    }
  }

  /** Puts a record behind the head of its unit's chain. */
  public static SignedWipe sign(WipeRecord record, ChainHash head, PrivateKey key) {
    String body = record.body();
    ChainHash hash = head.followedBy(body);
    try {
      Signature signer = Signature.getInstance(AgentKey.ALGORITHM);
      signer.initSign(key);
      signer.update(signedBytes(hash));
      return new SignedWipe(body, head, hash, Base64.getEncoder().encodeToString(signer.sign()));
    } catch (NoSuchAlgorithmException | InvalidKeyException | SignatureException e) {
      throw new IllegalStateException("the agent's key cannot sign; it must be Ed25519", e);
    }
  }

  /** What is wrong with one record that should follow that head; empty if nothing is. */
  public static Optional<Flaw> flaw(SignedWipe wipe, ChainHash head, AgentKey key) {
    if (!wipe.prevHash().equals(head)) {
      return Optional.of(Flaw.NOT_LINKED);
    }
    if (!head.followedBy(wipe.body()).equals(wipe.hash())) {
      return Optional.of(Flaw.CHANGED);
    }
    return key.hasSigned(wipe.hash(), wipe.signature())
        ? Optional.empty()
        : Optional.of(Flaw.NOT_SIGNED);
  }

  /** Checks a unit's whole chain from its start, needing nothing but the list and the key. */
  public static Verdict verify(List<SignedWipe> wipes, AgentKey key) {
    ChainHash head = ChainHash.START;
    Optional<UnitId> unit = Optional.empty();
    for (int i = 0; i < wipes.size(); i++) {
      Optional<WipeRecord> record = read(wipes.get(i));
      Optional<Flaw> flaw = flaw(wipes.get(i), head, key);
      if (flaw.isEmpty() && record.isEmpty()) {
        flaw = Optional.of(Flaw.UNREADABLE);
      }
      if (flaw.isEmpty() && unit.isPresent() && !unit.equals(record.map(WipeRecord::unit))) {
        flaw = Optional.of(Flaw.OTHER_UNIT);
      }
      if (flaw.isPresent()) {
        return new Broken(i, record.map(WipeRecord::wipe), flaw.get());
      }
      unit = record.map(WipeRecord::unit);
      head = wipes.get(i).hash();
    }
    return new Sound(head);
  }

  static byte[] signedBytes(ChainHash hash) {
    return hash.value().getBytes(StandardCharsets.US_ASCII);
  }

  private static Optional<WipeRecord> read(SignedWipe wipe) {
    try {
      return Optional.of(WipeRecord.parse(wipe.body()));
    } catch (WireException e) {
      return Optional.empty();
    }
  }
}
