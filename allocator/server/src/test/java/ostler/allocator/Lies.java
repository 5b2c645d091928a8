package ostler.allocator;

import java.util.function.UnaryOperator;
import ostler.inventory.WipeRecord;
import ostler.wire.WireException;

/** Wipe records that are not what they should be, each in one way. */
enum Lies {
  OF_ANOTHER_BOOT("\"boot_id\":\"[^\"]*\"", "\"boot_id\":\"00000000-0000-0000-0000-0000000000bb\""),
  OF_ANOTHER_HOST("\"host\":\"[^\"]*\"", "\"host\":\"elsewhere\""),
  UNDER_AN_OLD_FENCE("\"fence\":\\{[^}]*\\}", "\"fence\":{\"epoch\":1,\"number\":1}"),
  OF_ANOTHER_CARD("\"device\":\"5046\"", "\"device\":\"5047\""),
  OF_HALF_THE_UNIT(",\\{\"address\":\"0000:01:00.1\",\"vendor\"[^}]*\\}", ""),
  OF_ANOTHER_CLAIM(
      "\"started\"", "\"previous_claim\":\"00000000-0000-0000-0000-0000000000cc\",\"started\""),
  NEVER_VERIFIED("(\"step\":\"verify\",\"address\":\"[^\"]*\",\"result\":\")ok", "$1skipped"),
  FAILED("\"result\":\"clean\"", "\"result\":\"failed\",\"code\":\"RESIDUE\"");

  private final String pattern;
  private final String replacement;

  Lies(String pattern, String replacement) {
    this.pattern = pattern;
    this.replacement = replacement;
  }

  static UnaryOperator<WipeRecord> none() {
    return UnaryOperator.identity();
  }

  WipeRecord tell(WipeRecord record) {
    String told = record.body().replaceFirst(pattern, replacement);
    if (told.equals(record.body())) {
      throw new AssertionError(this + " finds nothing to lie about in " + record.body());
    }
    try {
      return WipeRecord.parse(told);
    } catch (WireException e) {
      throw new AssertionError(this + " makes no record: " + e.getMessage(), e);
    }
  }
}
