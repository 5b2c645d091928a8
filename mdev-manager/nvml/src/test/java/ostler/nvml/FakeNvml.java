package ostler.nvml;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import ostler.inventory.SlicePlacement;

/**
 * A peer of {@code stub.c} that needs no compiler: another library that behaves as NVML does, told
 * by the same files in a folder, under the same contract ({@link StubContract}). It does not crash,
 * which would end the tests themselves.
 */
public final class FakeNvml implements Library {

  private static final int SUCCESS = 0;
  private static final int UNINITIALIZED = 1;
  private static final int INVALID_ARGUMENT = 2;
  private static final int NOT_SUPPORTED = 3;
  private static final int NOT_FOUND = 6;
  private static final int INSUFFICIENT_SIZE = 7;
  private static final int IN_USE = 19;
  private static final int INSUFFICIENT_RESOURCES = 23;

  /** As many numbers of profiles as the header has. */
  private static final int LAST_PROFILE = 0x10;

  private static final int LAST_COMPUTE_PROFILE = 7;
  private static final int RECOVERY_ACTION = 230;

  /** The compute slices of each compute profile, by its number. */
  private static final List<Integer> COMPUTE_SLICES = List.of(1, 2, 3, 4, 7);

  /** Handles are numbers: of a card, and behind it those of its instances. */
  private static final long HANDLE_STEP = 16;

  private final Path folder;
  private final Map<NvmlFunction, Integer> calls = new EnumMap<>(NvmlFunction.class);
  private final CountDownLatch never = new CountDownLatch(1);
  private FakeCards cards;
  private int started;

  private FakeNvml(Path folder) {
    this.folder = folder;
  }

  /** A library that behaves as the files in a folder say, as {@code stub.c} explains them. */
  public static NvmlLibrary library(Path folder) {
    FakeNvml loaded = new FakeNvml(folder);
    return NvmlLibrary.of(() -> loaded);
  }

  @Override
  public Optional<Call> find(NvmlFunction function) {
    return Optional.of(arguments -> call(function, arguments));
  }

  private synchronized int call(NvmlFunction function, Object... arguments) {
    try {
      int fault = fault(function);
      if (fault != SUCCESS) {
        return fault;
      }
      cards = new FakeCards(folder);
      if (started == 0 && function != NvmlFunction.INIT) {
        return UNINITIALIZED;
      }
      return answer(function, new Arguments(Arrays.asList(arguments)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the files say that a function fails with; it does not come back where it is to hang. */
  private int fault(NvmlFunction function) throws IOException {
    int call = calls.merge(function, 1, Integer::sum);
    int fault = SUCCESS;
    Path faults = folder.resolve("faults");
    for (String line : Files.exists(faults) ? Files.readAllLines(faults) : List.<String>of()) {
      String[] words = line.split(" +");
      if (words.length < 4
          || !words[0].equals(function.toString())
          || call <= Integer.parseInt(words[3])) {
        continue;
      }
      switch (words[1]) {
        case "rc" -> fault = Integer.parseInt(words[2]);
        case "hang" -> hang();
        default -> throw new IllegalArgumentException("this library does not " + words[1]);
      }
    }
    return fault;
  }

  private void hang() {
    boolean over = false;
    while (!over) {
      try {
        never.await();
        over = true;
      } catch (InterruptedException e) {
        // A call that hangs in the driver does not end by a signal either.
        over = false;
      }
    }
  }

  /** Arguments by their places, as what the header says that they are. */
  private record Arguments(List<Object> all) {

    int number(int at) {
      return (Integer) all.get(at);
    }

    <T> T as(int at, Class<T> type) {
      return type.cast(all.get(at));
    }

    int set(int at, long value) {
      as(at, IntByReference.class).setValue((int) value);
      return SUCCESS;
    }

    /** Fills a buffer whose size follows it. */
    int fill(int at, String text) {
      byte[] bytes = Arrays.copyOf(text.getBytes(StandardCharsets.UTF_8), text.length() + 1);
      if (bytes.length > number(at + 1)) {
        return INSUFFICIENT_SIZE;
      }
      as(at, Memory.class).write(0, bytes, 0, bytes.length);
      return SUCCESS;
    }
  }

  private int answer(NvmlFunction function, Arguments in) throws IOException {
    return switch (function) {
      case INIT -> start(1);
      case SHUTDOWN -> start(-1);
      case DRIVER_VERSION -> in.fill(0, "550.54.15");
      case COUNT -> in.set(0, cards.all().size());
      case HANDLE -> handle(in.as(0, String.class), in.as(1, PointerByReference.class));
      case DESTROY_INSTANCE, COMPUTE_PROFILE, CREATE_COMPUTE, COMPUTES, DESTROY_COMPUTE ->
          ofInstance(function, instance(in).orElseThrow(), in);
      case INSTANCE_INFO, MIG_INSTANCE ->
          instance(in).isPresent()
              ? ofInstance(function, instance(in).get(), in)
              : INVALID_ARGUMENT;
      case UUID -> in.fill(1, instance(in).map(FakeNvml::uuid).orElseGet(() -> card(in).uuid));
      case GET_MIG_MODE,
          SET_MIG_MODE,
          PROFILE,
          PLACEMENTS,
          REMAINING,
          CREATE_INSTANCE,
          INSTANCES,
          MIG_DEVICES,
          MIG_DEVICE ->
          card(in).canBeCut ? ofCut(function, card(in), in) : NOT_SUPPORTED;
      default -> ofCard(function, card(in), in);
    };
  }

  private int start(int more) {
    started += more;
    return SUCCESS;
  }

  private static String uuid(FakeCards.Instance one) {
    return "MIG-%08x-0000-4000-8000-%012x".formatted(one.card.number, one.id);
  }

  private int handle(String busId, PointerByReference found) {
    for (FakeCards.Card card : cards.all()) {
      String its =
          "%08X:%02X:%02X.0"
              .formatted(card.address.domain(), card.address.bus(), card.address.device());
      if (its.equals(busId)) {
        found.setValue(pointer(card.number, -1));
        return SUCCESS;
      }
    }
    return NOT_FOUND;
  }

  private static Pointer pointer(int card, int instance) {
    return new Pointer((card + 1) * HANDLE_STEP + instance + 1);
  }

  private FakeCards.Card card(Arguments in) {
    long handle = Pointer.nativeValue(in.as(0, Pointer.class));
    return cards.all().get((int) (handle / HANDLE_STEP) - 1);
  }

  private Optional<FakeCards.Instance> instance(Arguments in) {
    long handle = Pointer.nativeValue(in.as(0, Pointer.class));
    return card(in).instance((int) (handle % HANDLE_STEP) - 1);
  }

  private int ofCard(NvmlFunction function, FakeCards.Card card, Arguments in) throws IOException {
    return switch (function) {
      case PCI_INFO -> place(card, in.as(1, Structs.PciInfo.class));
      case NAME -> in.fill(1, "LAB A100");
      case SERIAL -> serial(card, in);
      case MEMORY -> memory(card, in.as(1, Structs.MemoryInfo.class));
      case TEMPERATURE -> in.set(2, 41);
      case POWER -> in.set(1, 4_000_000_000L);
      case UTILIZATION -> load(in.as(1, Structs.Utilization.class));
      case PERSISTENCE -> in.set(1, 1);
      case ECC_ERRORS -> noErrors(in.as(3, LongByReference.class));
      case RETIRED_PAGES ->
          in.set(2, 2) == SUCCESS && in.all().get(3) == Pointer.NULL ? INSUFFICIENT_SIZE : SUCCESS;
      case RETIREMENT_PENDING -> in.set(1, 0);
      case REMAPPED_ROWS -> in.set(1, 1) + in.set(2, 0) + in.set(3, 0) + in.set(4, 0);
      case FIELD_VALUES -> field(in.as(2, Structs.FieldValue.class));
      case COMPUTE_PROCESSES -> processes(card, false, in);
      case GRAPHICS_PROCESSES -> processes(card, true, in);
      default -> throw new IllegalArgumentException(function + " is not known here");
    };
  }

  private static int place(FakeCards.Card card, Structs.PciInfo info) {
    info.domain = card.address.domain();
    info.bus = card.address.bus();
    info.device = card.address.device();
    return SUCCESS;
  }

  /** A buffer may be filled to its last byte. */
  private static int serial(FakeCards.Card card, Arguments in) {
    if (card.serial.equals("-")) {
      return NOT_SUPPORTED;
    }
    if (card.serial.equals("full")) {
      in.as(1, Memory.class).setMemory(0, in.number(2), (byte) 'x');
      return SUCCESS;
    }
    return in.fill(1, card.serial);
  }

  private static int memory(FakeCards.Card card, Structs.MemoryInfo info) {
    info.total = card.memoryMib << 20;
    info.used = 1 << 20;
    info.free = info.total - info.used;
    return SUCCESS;
  }

  private static int load(Structs.Utilization load) {
    load.gpu = 7;
    load.memory = 3;
    return SUCCESS;
  }

  private static int noErrors(LongByReference count) {
    count.setValue(0);
    return SUCCESS;
  }

  private static int field(Structs.FieldValue value) {
    value.code = value.field == RECOVERY_ACTION ? SUCCESS : NOT_SUPPORTED;
    value.value = 0;
    return SUCCESS;
  }

  private int processes(FakeCards.Card card, boolean graphics, Arguments in) throws IOException {
    List<FakeCards.Worker> found =
        cards.processes(card).stream().filter(one -> one.graphics() == graphics).toList();
    int room = in.as(1, IntByReference.class).getValue();
    in.set(1, found.size());
    if (found.size() > room) {
      return INSUFFICIENT_SIZE;
    }
    int bytes = new Structs.ProcessInfo().checkedSize();
    for (int at = 0; at < found.size(); at++) {
      Pointer list = in.as(2, Pointer.class).share((long) at * bytes);
      list.setInt(0, found.get(at).pid());
      list.setLong(8, 1 << 20);
      list.setInt(16, found.get(at).instance());
      list.setInt(20, found.get(at).instance());
    }
    return SUCCESS;
  }

  private int ofCut(NvmlFunction function, FakeCards.Card card, Arguments in) throws IOException {
    return switch (function) {
      case GET_MIG_MODE -> in.set(1, card.on ? 1 : 0) + in.set(2, card.on ? 1 : 0);
      case SET_MIG_MODE -> mode(card, in);
      case PROFILE -> profile(in.number(1), in.as(2, Structs.ProfileInfo.class));
      case PLACEMENTS -> placements(in);
      case REMAINING ->
          card.on ? in.set(2, card.remaining(wanted(in).orElseThrow())) : NOT_SUPPORTED;
      case CREATE_INSTANCE -> create(card, in);
      case INSTANCES -> instances(card, in);
      case MIG_DEVICES -> in.set(1, FakeCards.MAX_INSTANCES);
      case MIG_DEVICE -> part(card, in);
      default -> throw new IllegalArgumentException(function + " is not known here");
    };
  }

  private int mode(FakeCards.Card card, Arguments in) throws IOException {
    if (!card.instances.isEmpty() || !cards.processes(card).isEmpty()) {
      return IN_USE;
    }
    card.on = in.number(1) != 0;
    cards.save();
    return in.set(2, SUCCESS);
  }

  private static int profile(int number, Structs.ProfileInfo info) {
    if (number > LAST_PROFILE) {
      return INVALID_ARGUMENT;
    }
    Optional<FakeCards.Profile> known =
        FakeCards.PROFILES.stream().filter(one -> one.number() == number).findFirst();
    if (known.isEmpty()) {
      return NOT_SUPPORTED;
    }
    info.id = known.get().id();
    info.slices = known.get().slices();
    info.instances = known.get().most();
    info.multiprocessors = known.get().multiprocessors();
    info.memoryMib = known.get().memoryMib();
    byte[] name = known.get().name().getBytes(StandardCharsets.UTF_8);
    System.arraycopy(name, 0, info.name, 0, name.length);
    return SUCCESS;
  }

  private static Optional<FakeCards.Profile> wanted(Arguments in) {
    return FakeCards.profile(in.number(1));
  }

  private static int placements(Arguments in) {
    FakeCards.Profile wanted = wanted(in).orElseThrow();
    int room = in.as(3, IntByReference.class).getValue();
    in.set(3, wanted.starts().size());
    if (in.all().get(2) == Pointer.NULL) {
      return SUCCESS;
    }
    if (wanted.starts().size() > room) {
      return INSUFFICIENT_SIZE;
    }
    for (int at = 0; at < wanted.starts().size(); at++) {
      Pointer place = in.as(2, Pointer.class).share(at * 8L);
      place.setInt(0, wanted.starts().get(at));
      place.setInt(4, wanted.size());
    }
    return SUCCESS;
  }

  private int create(FakeCards.Card card, Arguments in) throws IOException {
    Structs.Placement where = in.as(2, Structs.Placement.class);
    FakeCards.Profile wanted = wanted(in).orElseThrow();
    if (!wanted.starts().contains(where.start)
        || !wanted.at(where.start).equals(new SlicePlacement(where.start, where.size))) {
      return INVALID_ARGUMENT;
    }
    if (!card.on) {
      return NOT_SUPPORTED;
    }
    if (!card.fits(wanted, where.start)) {
      return INSUFFICIENT_RESOURCES;
    }
    FakeCards.Instance made = card.add(wanted, where.start);
    cards.save();
    in.as(3, PointerByReference.class).setValue(pointer(card.number, made.id));
    return SUCCESS;
  }

  private static int instances(FakeCards.Card card, Arguments in) {
    if (!card.on) {
      return NOT_SUPPORTED;
    }
    List<FakeCards.Instance> found =
        card.instances.stream().filter(one -> one.profile.id() == in.number(1)).toList();
    for (int at = 0; at < found.size(); at++) {
      Pointer handle = pointer(card.number, found.get(at).id);
      in.as(2, Memory.class).setPointer((long) at * Native.POINTER_SIZE, handle);
    }
    return in.set(3, found.size());
  }

  /** A handle of a MIG device is that of its GPU instance. */
  private static int part(FakeCards.Card card, Arguments in) {
    if (in.number(1) >= FakeCards.MAX_INSTANCES) {
      return INVALID_ARGUMENT;
    }
    Optional<FakeCards.Instance> there =
        card.instance(in.number(1)).filter(one -> one.compute != 0);
    there.ifPresent(
        one -> in.as(2, PointerByReference.class).setValue(pointer(card.number, one.id)));
    return there.isPresent() ? SUCCESS : NOT_FOUND;
  }

  private int ofInstance(NvmlFunction function, FakeCards.Instance one, Arguments in)
      throws IOException {
    return switch (function) {
      case MIG_INSTANCE -> in.set(1, one.id);
      case INSTANCE_INFO -> info(one, in.as(1, Structs.InstanceInfo.class));
      case DESTROY_INSTANCE -> destroy(one);
      case COMPUTE_PROFILE ->
          computeProfile(one, in.number(1), in.as(3, Structs.ComputeProfileInfo.class));
      case CREATE_COMPUTE -> createCompute(one, in);
      case COMPUTES -> computes(one, in);
      case DESTROY_COMPUTE -> destroyCompute(one);
      default -> throw new IllegalArgumentException(function + " is not known here");
    };
  }

  private static int info(FakeCards.Instance one, Structs.InstanceInfo info) {
    info.id = one.id;
    info.profile = one.profile.id();
    info.start = one.start;
    info.size = one.profile.size();
    return SUCCESS;
  }

  private int destroy(FakeCards.Instance one) throws IOException {
    if (one.compute != 0 || cards.isBusy(one)) {
      return IN_USE;
    }
    one.card.instances.remove(one);
    cards.save();
    return SUCCESS;
  }

  /** A compute instance has the number of its profile, and its handle is its GPU instance's. */
  private static int computeProfile(
      FakeCards.Instance one, int number, Structs.ComputeProfileInfo info) {
    if (number > LAST_COMPUTE_PROFILE) {
      return INVALID_ARGUMENT;
    }
    if (number >= COMPUTE_SLICES.size() || COMPUTE_SLICES.get(number) > one.profile.slices()) {
      return NOT_SUPPORTED;
    }
    info.id = number;
    info.slices = COMPUTE_SLICES.get(number);
    info.instances = 1;
    return SUCCESS;
  }

  private int createCompute(FakeCards.Instance one, Arguments in) throws IOException {
    if (one.compute != 0) {
      return INSUFFICIENT_RESOURCES;
    }
    one.compute = in.number(1) + 1;
    cards.save();
    in.as(2, PointerByReference.class).setValue(pointer(one.card.number, one.id));
    return SUCCESS;
  }

  private static int computes(FakeCards.Instance one, Arguments in) {
    boolean there = one.compute == in.number(1) + 1;
    if (there) {
      in.as(2, Memory.class).setPointer(0, pointer(one.card.number, one.id));
    }
    return in.set(3, there ? 1 : 0);
  }

  private int destroyCompute(FakeCards.Instance one) throws IOException {
    if (one.compute == 0) {
      return INVALID_ARGUMENT;
    }
    if (cards.isBusy(one)) {
      return IN_USE;
    }
    one.compute = 0;
    cards.save();
    return SUCCESS;
  }
}
