package ostler.agent.reconcile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ostler.agent.privileged.Answer;
import ostler.agent.privileged.SliceProgram.Offer;
import ostler.agent.privileged.SliceProgram.Standing;
import ostler.inventory.ParentReport;
import ostler.inventory.SliceOffer;
import ostler.inventory.UnitId;
import ostler.inventory.UnitKind;
import ostler.inventory.UnitProblem;

/** What a parent's host says of it, made of what root's program says and of what it said before. */
final class ParentSight {

  /** NVIDIA's words, for example {@code num_heads=4, framebuffer=4096M, max_instance=4}. */
  private static final Pattern FRAME_BUFFER =
      Pattern.compile("(?:^|[ ,])framebuffer=(\\d{1,9})([MG])\\b");

  /** How many of a type the whole card holds, whatever is on it now, in the same words. */
  private static final Pattern MAX_INSTANCE =
      Pattern.compile("(?:^|[ ,])max_instance=([1-9]\\d{0,5})\\b");

  private static final long MIB_PER_GIB = 1024;

  private ParentSight() {}

  /**
   * The report of a unit.
   *
   * @param before the last one, of which is kept what cannot be seen now: how many an empty parent
   *     holds, and types that a driver hides while they are full
   */
  static ParentReport report(UnitId unit, Answer<Standing> answer, Optional<ParentReport> before) {
    if (answer instanceof Answer.Done<Standing> done) {
      return seen(unit, done.value(), before);
    }
    UnitProblem problem =
        answer instanceof Answer.Refused<Standing> refused
            ? new UnitProblem(refused.code(), refused.message(), 0)
            : new UnitProblem("CANNOT_LOOK", words(answer), 0);
    return new ParentReport(
        unit,
        before.map(ParentReport::totalFunctions).orElse(0),
        before.map(ParentReport::functions).orElse(List.of()),
        hidden(List.of(), before),
        before.map(ParentReport::foreign).orElse(List.of()),
        Optional.of(problem));
  }

  private static ParentReport seen(UnitId unit, Standing now, Optional<ParentReport> before) {
    List<SliceOffer> offers = new ArrayList<>();
    for (Offer offer : now.offers()) {
      if (offer.kind().isTyped() && offer.name().isPresent() && offer.hostType().isPresent()) {
        offers.add(offer(offer, now, before));
      }
    }
    offers.addAll(hidden(offers, before));
    return new ParentReport(
        unit,
        now.totalFunctions().orElseGet(() -> before.map(ParentReport::totalFunctions).orElse(0)),
        now.functions(),
        offers,
        now.foreign(),
        now.problem());
  }

  private static SliceOffer offer(Offer offer, Standing now, Optional<ParentReport> before) {
    return new SliceOffer(
        offer.kind(),
        offer.name().orElseThrow(),
        offer.hostType().orElseThrow(),
        offer.description(),
        offer.memoryMib().isPresent()
            ? offer.memoryMib()
            : offer.description().map(ParentSight::memoryMib).orElse(OptionalLong.empty()),
        offer.available(),
        most(offer, now, before),
        offer.placements());
  }

  /**
   * How many an empty card holds. The driver's own word for it counts first, since it is the same
   * whatever is on the card and however many functions there are; then what an empty card offers. A
   * function offers a type whether or not the card has room for as many as it has functions, so of
   * those nothing can be counted: it is what the host's operator says, or nobody knows it.
   */
  private static OptionalInt most(Offer offer, Standing now, Optional<ParentReport> before) {
    OptionalInt driver =
        offer.description().map(ParentSight::maxInstances).orElse(OptionalInt.empty());
    if (driver.isPresent()) {
      return OptionalInt.of(Math.min(driver.getAsInt(), offer.limit().orElse(Integer.MAX_VALUE)));
    }
    if (isOnFunctions(offer, now)) {
      return offer.limit();
    }
    return now.isEmpty() ? OptionalInt.of(offer.available()) : mostBefore(offer, before);
  }

  private static boolean isOnFunctions(Offer offer, Standing now) {
    return offer.kind() == UnitKind.VENDOR_VF
        || offer.places().stream().anyMatch(now.functions()::contains)
        || (offer.places().isEmpty() && !now.functions().isEmpty());
  }

  private static OptionalInt mostBefore(Offer offer, Optional<ParentReport> before) {
    return before.stream()
        .flatMap(report -> report.offers().stream())
        .filter(one -> one.kind() == offer.kind())
        .filter(one -> one.type().equals(offer.name().orElseThrow()))
        .map(SliceOffer::most)
        .findFirst()
        .orElse(OptionalInt.empty());
  }

  /** Types that were offered before and are not now: none of them can be made, and they exist. */
  private static List<SliceOffer> hidden(List<SliceOffer> now, Optional<ParentReport> before) {
    List<SliceOffer> hidden = new ArrayList<>();
    for (SliceOffer offer : before.map(ParentReport::offers).orElse(List.of())) {
      boolean shown =
          now.stream()
              .anyMatch(one -> one.kind() == offer.kind() && one.type().equals(offer.type()));
      if (!shown) {
        hidden.add(
            new SliceOffer(
                offer.kind(),
                offer.type(),
                offer.hostType(),
                offer.description(),
                offer.memoryMib(),
                0,
                offer.most(),
                offer.placements()));
      }
    }
    return hidden;
  }

  private static OptionalLong memoryMib(String description) {
    Matcher matcher = FRAME_BUFFER.matcher(description);
    if (!matcher.find()) {
      return OptionalLong.empty();
    }
    long number = Long.parseLong(matcher.group(1));
    return OptionalLong.of(matcher.group(2).equals("G") ? number * MIB_PER_GIB : number);
  }

  private static OptionalInt maxInstances(String description) {
    Matcher matcher = MAX_INSTANCE.matcher(description);
    return matcher.find()
        ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
        : OptionalInt.empty();
  }

  private static String words(Answer<Standing> answer) {
    if (answer instanceof Answer.Late<Standing> late) {
      return late.message() + ".";
    }
    return answer instanceof Answer.Broken<Standing> broken ? broken.message() + "." : "";
  }
}
