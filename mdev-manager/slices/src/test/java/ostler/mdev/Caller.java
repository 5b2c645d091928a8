package ostler.mdev;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import ostler.inventory.ClaimId;
import ostler.inventory.Consumer;
import ostler.inventory.Fence;
import ostler.inventory.MdevTypeId;
import ostler.inventory.ProjectId;
import ostler.inventory.Tenant;
import ostler.pci.PciAddress;
import ostler.root.Answers;
import ostler.root.Authority;
import ostler.root.Code;
import ostler.root.OpId;
import ostler.root.Reason;
import ostler.wire.Json;

/** Asks the program for things, each order with a newer fence than the one before. */
final class Caller {

  static final PciAddress CARD = PciAddress.parse(FakeCard.CARD);

  private static final OpId OP = new OpId(new UUID(1, 2));

  private final FakeCard card;
  private final Random random;
  private final AtomicLong number = new AtomicLong(10);

  Caller(FakeCard card) {
    this(card, 7);
  }

  Caller(FakeCard card, long seed) {
    this.card = card;
    this.random = new Random(seed);
  }

  /** A new id, of the form that random ones have. */
  SliceId draw() {
    long high = (random.nextLong() & ~0xf000L) | 0x4000L;
    long low = (random.nextLong() & ~(0b11L << 62)) | (0b10L << 62);
    return new SliceId(new UUID(high, low));
  }

  Authority fence(long its) {
    return new Authority.Fenced(new Fence(1, its));
  }

  Authority next() {
    return fence(number.getAndIncrement());
  }

  static Authority byHand() {
    return new Authority.Offline(new Reason("a test"));
  }

  static Wish mediated(String type) {
    return new Wish(
        SliceKind.MDEV,
        Optional.empty(),
        Optional.of(new MdevTypeId(type)),
        Optional.empty(),
        false);
  }

  static Wish vendor(String function, String type) {
    return new Wish(
        SliceKind.VENDOR_VF,
        Optional.of(PciAddress.parse(function)),
        Optional.of(new MdevTypeId(type)),
        Optional.empty(),
        false);
  }

  static Wish plain(String function) {
    return new Wish(
        SliceKind.SRIOV_VF,
        Optional.of(PciAddress.parse(function)),
        Optional.empty(),
        Optional.empty(),
        false);
  }

  Request create(SliceId slice, Wish wish) {
    return create(slice, wish, next());
  }

  Request create(SliceId slice, Wish wish, Authority authority) {
    return request(
        Verb.CREATE, authority, Optional.of(slice), Optional.of(wish), OptionalInt.empty());
  }

  Request remove(SliceId slice) {
    return remove(slice, next());
  }

  Request remove(SliceId slice, Authority authority) {
    return request(
        Verb.REMOVE, authority, Optional.of(slice), Optional.empty(), OptionalInt.empty());
  }

  Request permit(SliceId slice, Tenant tenant) {
    return permit(slice, tenant, next());
  }

  Request permit(SliceId slice, Tenant tenant, Authority authority) {
    return new Request(
        Verb.PERMIT,
        OP,
        Optional.of(CARD),
        Optional.of(authority),
        Optional.of(slice),
        Optional.empty(),
        Optional.of(tenant),
        OptionalInt.empty());
  }

  Request forbid(SliceId slice) {
    return forbid(slice, next());
  }

  Request forbid(SliceId slice, Authority authority) {
    return request(
        Verb.FORBID, authority, Optional.of(slice), Optional.empty(), OptionalInt.empty());
  }

  /** A claim of its own for each consumer. */
  static Tenant tenant(String consumer) {
    UUID claim = UUID.nameUUIDFromBytes(consumer.getBytes(StandardCharsets.UTF_8));
    return new Tenant(
        new ClaimId(claim), new ProjectId("physics"), new Consumer("libvirt", "domain", consumer));
  }

  Request functions(int count) {
    return functions(count, next());
  }

  Request functions(int count, Authority authority) {
    return request(
        Verb.FUNCTIONS, authority, Optional.empty(), Optional.empty(), OptionalInt.of(count));
  }

  Request restore() {
    return looking(Verb.RESTORE);
  }

  Request list() {
    return looking(Verb.LIST);
  }

  private static Request looking(Verb verb) {
    return new Request(
        verb,
        OP,
        Optional.of(CARD),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty());
  }

  private static Request request(
      Verb verb,
      Authority authority,
      Optional<SliceId> slice,
      Optional<Wish> wish,
      OptionalInt count) {
    return new Request(
        verb, OP, Optional.of(CARD), Optional.of(authority), slice, wish, Optional.empty(), count);
  }

  /** One run of the program; the answer's line. */
  String run(Request request) {
    return Json.write(new Program(card.outside()).run(request).answer());
  }

  /** A run that must go well. */
  String ok(Request request) {
    return Answers.ok(new Program(card.outside()).run(request));
  }

  /** A run that must be refused with this code; the sentence. */
  String refused(Code code, Request request) {
    return Answers.refused(code, new Program(card.outside()).run(request));
  }
}
