package ostler.allocator.engine;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import ostler.allocator.engine.Layout.Count;
import ostler.inventory.ParentReport;
import ostler.inventory.Share;
import ostler.inventory.SliceOffer;
import ostler.inventory.SlicePlacement;
import ostler.inventory.SliceTypeName;
import ostler.inventory.UnitKind;

/**
 * What one card can hold, by what its host said of it. It never says yes to what cannot be: a type
 * is a share of the card, one in as many as an empty card holds of it, and shares are added
 * exactly; a MIG instance has to find a place that no other has; and what an operator's maximum
 * takes away is not there.
 */
public final class CardPlan {

  /** Cards have seven or eight places; a search that needs more steps than this is given up. */
  private static final int MAX_STEPS = 1_000_000;

  private final Optional<ParentReport> card;
  private final int totalFunctions;
  private final List<SliceOffer> offers;

  private CardPlan(Optional<ParentReport> card, int totalFunctions) {
    this.card = card;
    this.totalFunctions = totalFunctions;
    this.offers = card.map(ParentReport::offers).orElse(List.of());
  }

  /** By what was reported; of a card that nobody spoke of nothing is known. */
  public static CardPlan of(Optional<ParentReport> card) {
    return of(card, 0);
  }

  /**
   * By what was reported of the card, and by the virtual functions that its host shows of any.
   *
   * @param shownFunctions how many it could have as its host shows it, 0 where that shows none
   */
  public static CardPlan of(Optional<ParentReport> card, int shownFunctions) {
    return new CardPlan(
        card, Math.max(shownFunctions, card.map(ParentReport::totalFunctions).orElse(0)));
  }

  /**
   * What a card could still hold of one type.
   *
   * @param type absent for plain virtual functions
   * @param available how many more
   * @param most how many an empty card holds; absent where nobody knows, and then none is promised
   */
  public record Room(
      UnitKind kind,
      Optional<SliceTypeName> type,
      int available,
      OptionalInt most,
      OptionalLong memoryMib) {}

  /** Whether the card's types of that kind are known; they are not while it rests on vfio. */
  public boolean knows(UnitKind kind) {
    return !kind.isTyped() || offers.stream().anyMatch(offer -> offer.kind() == kind);
  }

  /**
   * Why the card cannot be cut by a layout, empty where it can, and where that cannot be known yet.
   * The sentence begins with the field.
   */
  public Optional<Reason> objection(Layout layout) {
    Optional<Reason> kind = ofKind(layout.kind());
    if (kind.isPresent()) {
      return kind;
    }
    if (layout.functions() > totalFunctions) {
      return refusal(
          Code.LAYOUT_DOES_NOT_FIT,
          "functions: "
              + layout.functions()
              + " are asked for and the card has "
              + totalFunctions
              + " at most; ask for no more than that");
    }
    if (layout.kind() == UnitKind.VENDOR_VF && layout.count() > layout.functions()) {
      return refusal(
          Code.LAYOUT_DOES_NOT_FIT,
          "slices: are "
              + layout.count()
              + " for "
              + layout.functions()
              + " functions, which have one each; ask for fewer slices or more functions");
    }
    return knows(layout.kind()) ? ofTypes(layout) : Optional.empty();
  }

  /**
   * Why the card cannot be cut in a way at all. Its driver has said so once it was read while it
   * could be cut, and showed another way and not this one. Of MIG that is never said, since its
   * types show only after its mode was switched on; and what is shown on functions, only while
   * there are any.
   */
  private Optional<Reason> ofKind(UnitKind kind) {
    if (kind == UnitKind.SRIOV_VF || kind == UnitKind.VENDOR_VF) {
      if (totalFunctions == 0) {
        return refusal(
            Code.NOT_A_PARENT,
            "functions: the card cannot have virtual functions, as its host shows it; choose"
                + " another unit");
      }
    }
    boolean wouldShow =
        kind == UnitKind.MDEV
            || (kind == UnitKind.VENDOR_VF
                && card.filter(told -> !told.functions().isEmpty()).isPresent());
    boolean wasRead = card.filter(told -> told.problem().isEmpty()).isPresent();
    String others = otherWays(kind);
    return wouldShow && wasRead && !knows(kind) && !others.isEmpty()
        ? refusal(
            Code.NOT_A_PARENT,
            "kind: the card cannot be cut by "
                + kind
                + ": its vendor's driver, when it last had the card, showed no type of that, but "
                + others
                + "; choose another kind, or another unit")
        : Optional.empty();
  }

  private String otherWays(UnitKind kind) {
    Stream<String> functions =
        totalFunctions > 0 && kind != UnitKind.VENDOR_VF
            ? Stream.of(totalFunctions + " virtual functions")
            : Stream.empty();
    return Stream.concat(
            functions,
            offers.stream().map(SliceOffer::kind).distinct().map(other -> "types of " + other))
        .collect(Collectors.joining(" and "));
  }

  private Optional<Reason> ofTypes(Layout layout) {
    List<Count> before = new ArrayList<>();
    for (int i = 0; i < layout.slices().size(); i++) {
      Count count = layout.slices().get(i);
      if (offer(layout.kind(), count.type()).isEmpty()) {
        return refusal(
            Code.LAYOUT_UNKNOWN_TYPE,
            "slices["
                + i
                + "].type: the card has no type "
                + count.type()
                + " of kind "
                + layout.kind()
                + "; it has "
                + types(layout.kind()));
      }
      if (capacity(offer(layout.kind(), count.type()).get()).isEmpty()) {
        return refusal(
            Code.LAYOUT_SHARE_UNKNOWN,
            "slices["
                + i
                + "].type: how many "
                + count.type()
                + " the whole card holds its driver does not say, and its functions do not show;"
                + " write that number into /etc/ostler/slices on its host");
      }
      if (i > 0 && layout.kind() != UnitKind.MIG && !layout.mixed()) {
        return refusal(
            Code.LAYOUT_DOES_NOT_FIT,
            "slices["
                + i
                + "].type: "
                + count.type()
                + " would be beside "
                + before.get(0).type()
                + "; keep to one type, or say mixed where the driver allows it");
      }
      List<Count> with = new ArrayList<>(before);
      with.add(count);
      if (!fits(layout.kind(), with)) {
        int room = room(layout.kind(), before, count.type());
        return refusal(
            Code.LAYOUT_DOES_NOT_FIT,
            "slices["
                + i
                + "].count: "
                + count
                + (before.isEmpty() ? " do not fit" : " do not fit beside " + said(before))
                + "; "
                + (room == 0 ? "none does" : room + " would"));
      }
      before = with;
    }
    return Optional.empty();
  }

  /** What the card could hold beside what a layout cuts it into; all of it without a layout. */
  public List<Room> rooms(Optional<Layout> beside) {
    List<Room> rooms = new ArrayList<>();
    for (SliceOffer offer : offers) {
      boolean other =
          beside.filter(layout -> layout.count() > 0 && layout.kind() != offer.kind()).isPresent();
      int room = other ? 0 : roomBeside(beside.filter(l -> l.kind() == offer.kind()), offer);
      rooms.add(
          new Room(offer.kind(), Optional.of(offer.type()), room, offer.most(), offer.memoryMib()));
    }
    if (totalFunctions > 0) {
      boolean other =
          beside.filter(l -> l.count() > 0 && l.kind() != UnitKind.SRIOV_VF).isPresent();
      int taken = beside.map(Layout::functions).orElse(0);
      rooms.add(
          new Room(
              UnitKind.SRIOV_VF,
              Optional.empty(),
              other ? 0 : Math.max(0, totalFunctions - taken),
              OptionalInt.of(totalFunctions),
              OptionalLong.empty()));
    }
    return rooms;
  }

  private int roomBeside(Optional<Layout> layout, SliceOffer offer) {
    List<Count> taken = layout.map(Layout::slices).orElse(List.of());
    boolean alone = taken.stream().allMatch(count -> count.type().equals(offer.type()));
    boolean mayMix = offer.kind() == UnitKind.MIG || layout.map(Layout::mixed).orElse(false);
    if (!alone && !mayMix) {
      return 0;
    }
    int room = room(offer.kind(), taken, offer.type());
    return offer.kind() == UnitKind.VENDOR_VF
        ? Math.min(room, layout.map(l -> l.functions() - l.count()).orElse(totalFunctions))
        : room;
  }

  /** How many more slices of a type fit beside others. */
  private int room(UnitKind kind, List<Count> beside, SliceTypeName type) {
    int taken = beside.stream().filter(c -> c.type().equals(type)).mapToInt(Count::count).sum();
    int capacity = offer(kind, type).map(CardPlan::capacity).orElse(OptionalInt.empty()).orElse(0);
    int most = Math.min(capacity, Layout.MAX_COUNT) - taken;
    int room = 0;
    while (room < most && fits(kind, plus(beside, type, room + 1))) {
      room++;
    }
    return room;
  }

  private static List<Count> plus(List<Count> beside, SliceTypeName type, int more) {
    List<Count> with = new ArrayList<>();
    int all = more;
    for (Count count : beside) {
      if (count.type().equals(type)) {
        all += count.count();
      } else {
        with.add(count);
      }
    }
    with.add(new Count(type, all));
    return with;
  }

  /** Whether the card holds all of these at once; all types are known, and how many it holds. */
  private boolean fits(UnitKind kind, List<Count> counts) {
    for (Count count : counts) {
      if (count.count() > most(kind, count.type())) {
        return false;
      }
    }
    boolean placed =
        counts.stream().allMatch(c -> !offer(kind, c.type()).orElseThrow().placements().isEmpty());
    return (placed && !counts.isEmpty()) ? hasPlaces(kind, counts) : sharesFit(kind, counts);
  }

  /** Whether the shares add up to one at most, without rounding. */
  private boolean sharesFit(UnitKind kind, List<Count> counts) {
    BigInteger denominator = BigInteger.ONE;
    BigInteger numerator = BigInteger.ZERO;
    for (Count count : counts) {
      BigInteger most = BigInteger.valueOf(most(kind, count.type()));
      numerator =
          numerator.multiply(most).add(BigInteger.valueOf(count.count()).multiply(denominator));
      denominator = denominator.multiply(most);
    }
    return numerator.compareTo(denominator) <= 0;
  }

  private boolean hasPlaces(UnitKind kind, List<Count> counts) {
    List<List<SlicePlacement>> wanted = new ArrayList<>();
    for (Count count : counts) {
      List<SlicePlacement> places = offer(kind, count.type()).orElseThrow().placements();
      for (int i = 0; i < count.count(); i++) {
        wanted.add(places);
      }
    }
    // Who can choose least chooses first; those of one type stay beside each other.
    wanted.sort(Comparator.comparingInt(List::size));
    return new Search(wanted).fits(0, 0);
  }

  /** Tries places until everything has one. */
  private static final class Search {

    private final List<List<SlicePlacement>> wanted;
    private final List<SlicePlacement> taken = new ArrayList<>();
    private int steps;

    Search(List<List<SlicePlacement>> wanted) {
      this.wanted = wanted;
    }

    /**
     * @param from the first place to try: those of one type are alike, so they are taken in order
     */
    boolean fits(int next, int from) {
      if (next == wanted.size()) {
        return true;
      }
      List<SlicePlacement> places = wanted.get(next);
      for (int i = from; i < places.size(); i++) {
        if (++steps > MAX_STEPS) {
          return false;
        }
        SlicePlacement place = places.get(i);
        if (taken.stream().noneMatch(place::overlaps)) {
          taken.add(place);
          boolean sameNext = next + 1 < wanted.size() && wanted.get(next + 1) == places;
          if (fits(next + 1, sameNext ? i + 1 : 0)) {
            return true;
          }
          taken.remove(taken.size() - 1);
        }
      }
      return false;
    }
  }

  /** How much of the card a slice is, as a numerator over {@link Share#WHOLE}, rounded down. */
  public int weight(UnitKind kind, Optional<SliceTypeName> type) {
    if (type.isEmpty()) {
      return totalFunctions == 0 ? 0 : Share.WHOLE / totalFunctions;
    }
    SliceOffer offer = offer(kind, type.get()).orElseThrow();
    if (offer.placements().isEmpty()) {
      int most = most(kind, type.get());
      return most == 0 ? 0 : Share.WHOLE / most;
    }
    long size = offer.placements().stream().mapToLong(SlicePlacement::size).max().orElseThrow();
    long all =
        offers.stream()
            .filter(other -> other.kind() == kind)
            .flatMap(other -> other.placements().stream())
            .mapToLong(place -> (long) place.start() + place.size())
            .max()
            .orElseThrow();
    return (int) (Share.WHOLE * size / all);
  }

  /** As {@link #weight}; empty where that is not known exactly. */
  public Optional<Integer> share(UnitKind kind, Optional<SliceTypeName> type) {
    boolean known =
        type.isEmpty()
            ? totalFunctions > 0
            : offer(kind, type.get()).filter(offer -> capacity(offer).isPresent()).isPresent();
    return known ? Optional.of(weight(kind, type)) : Optional.empty();
  }

  /** A slice's own memory, as its type has it. */
  public OptionalLong memoryMib(UnitKind kind, Optional<SliceTypeName> type) {
    return type.flatMap(name -> offer(kind, name))
        .map(SliceOffer::memoryMib)
        .filter(mib -> mib.orElse(0) > 0)
        .orElse(OptionalLong.empty());
  }

  /**
   * How many of a type an empty card holds. What there is room for now says nothing of it: others
   * may be on the card already, and functions may be fewer than the card could hold, or more.
   */
  private static OptionalInt capacity(SliceOffer offer) {
    return offer.most().isEmpty() && !offer.placements().isEmpty()
        ? OptionalInt.of(offer.placements().size())
        : offer.most();
  }

  private int most(UnitKind kind, SliceTypeName type) {
    return capacity(offer(kind, type).orElseThrow()).orElseThrow();
  }

  private Optional<SliceOffer> offer(UnitKind kind, SliceTypeName type) {
    return offers.stream()
        .filter(offer -> offer.kind() == kind && offer.type().equals(type))
        .findFirst();
  }

  private String types(UnitKind kind) {
    return offers.stream()
        .filter(offer -> offer.kind() == kind)
        .map(offer -> offer.type().value())
        .collect(Collectors.joining(", "));
  }

  private static String said(List<Count> counts) {
    return counts.stream().map(Count::toString).collect(Collectors.joining(" and "));
  }

  private static Optional<Reason> refusal(Code code, String sentence) {
    return Optional.of(new Reason(code, sentence));
  }

  /**
   * What is known of a card after a report. What it holds in all is only seen while it is empty,
   * and nothing of it while it rests on vfio; what was seen before stays known until it is seen
   * otherwise.
   */
  public static ParentReport remembered(Optional<ParentReport> before, ParentReport told) {
    if (before.isEmpty()) {
      return told;
    }
    List<SliceOffer> offers =
        told.offers().isEmpty()
            ? before.get().offers()
            : told.offers().stream().map(offer -> remembered(before.get(), offer)).toList();
    return new ParentReport(
        told.unit(),
        told.totalFunctions(),
        told.functions(),
        offers,
        told.foreign(),
        told.problem());
  }

  private static SliceOffer remembered(ParentReport before, SliceOffer told) {
    if (told.most().isPresent()) {
      return told;
    }
    OptionalInt most =
        before.offers().stream()
            .filter(offer -> offer.kind() == told.kind() && offer.type().equals(told.type()))
            .findFirst()
            .map(SliceOffer::most)
            .orElse(OptionalInt.empty());
    return new SliceOffer(
        told.kind(),
        told.type(),
        told.hostType(),
        told.description(),
        told.memoryMib(),
        told.available(),
        most,
        told.placements());
  }
}
