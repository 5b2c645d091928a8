package ostler.nvml;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** How the loaded library is asked: what NVML's header says of texts, numbers, lists and codes. */
final class Binding {

  private static final int SUCCESS = 0;

  /** A list may grow between the question for its length and the one for itself. */
  private static final int MAX_ASKED = 3;

  /** More elements than any list of NVML has. */
  private static final int MAX_ELEMENTS = 4096;

  /** A card has at most eight instances of one kind (NVML's header). */
  private static final int MAX_HANDLES = 64;

  private final Library library;

  Binding(Library library) {
    this.library = library;
  }

  boolean has(NvmlFunction function) {
    return library.find(function).isPresent();
  }

  /** Calls it; whatever it answers other than success is thrown. */
  void call(NvmlFunction function, Object... arguments) throws NvmlException {
    int code = answer(function, arguments);
    if (code != SUCCESS) {
      throw new NvmlException(function, code);
    }
  }

  private int answer(NvmlFunction function, Object... arguments) throws NvmlException {
    Library.Call call =
        library
            .find(function)
            .orElseThrow(() -> new NvmlException(function, NvmlError.FUNCTION_NOT_FOUND.code()));
    return call.with(arguments);
  }

  /** Asks for a text of at most so many bytes, the one that ends it counted. */
  String text(NvmlFunction function, int bytes, Object... before) throws NvmlException {
    Memory buffer = new Memory(bytes);
    buffer.clear();
    Object[] arguments = Arrays.copyOf(before, before.length + 2);
    arguments[before.length] = buffer;
    arguments[before.length + 1] = bytes;
    call(function, arguments);
    return text(buffer.getByteArray(0, bytes));
  }

  /** A C string: what stands before the first zero, and nothing beyond the buffer. */
  static String text(byte[] buffer) {
    int length = 0;
    while (length < buffer.length && buffer[length] != 0) {
      length++;
    }
    return new String(buffer, 0, length, StandardCharsets.UTF_8).strip();
  }

  /** Asks for one unsigned number of 32 bits. */
  long number(NvmlFunction function, Object... before) throws NvmlException {
    IntByReference value = new IntByReference();
    Object[] arguments = Arrays.copyOf(before, before.length + 1);
    arguments[before.length] = value;
    call(function, arguments);
    return Integer.toUnsignedLong(value.getValue());
  }

  /** A list that NVML wrote. */
  record Elements(Memory memory, int count) {}

  /** One question for a list, with the arguments in the order that the function has. */
  @FunctionalInterface
  interface Listing {
    Object[] arguments(Pointer list, IntByReference count);
  }

  /**
   * Asks for a list in NVML's way: once for its length, which it says by INSUFFICIENT_SIZE or by
   * success, and once for itself.
   */
  Elements list(NvmlFunction function, int elementBytes, Listing listing) throws NvmlException {
    int room = 0;
    for (int asked = 0; asked < MAX_ASKED; asked++) {
      Memory memory = new Memory(Math.max(1, room) * (long) elementBytes);
      IntByReference count = new IntByReference(room);
      int code = answer(function, listing.arguments(room == 0 ? Pointer.NULL : memory, count));
      if (code != SUCCESS && code != NvmlError.INSUFFICIENT_SIZE.code()) {
        throw new NvmlException(function, code);
      }
      int length = bounded(function, count);
      if (code == SUCCESS && length <= room) {
        return new Elements(memory, length);
      }
      room = Math.max(1, length);
    }
    throw new NvmlException(function, NvmlError.INSUFFICIENT_SIZE, "the list grows on and on");
  }

  /** Asks how long a list is, and not for the list. */
  int length(NvmlFunction function, Listing listing) throws NvmlException {
    IntByReference count = new IntByReference();
    int code = answer(function, listing.arguments(Pointer.NULL, count));
    if (code != SUCCESS && code != NvmlError.INSUFFICIENT_SIZE.code()) {
      throw new NvmlException(function, code);
    }
    return bounded(function, count);
  }

  /** Asks for handles, of which NVML takes it that there is room for all. */
  List<Pointer> handles(NvmlFunction function, Pointer owner, int profile) throws NvmlException {
    Memory memory = new Memory((long) MAX_HANDLES * Native.POINTER_SIZE);
    IntByReference count = new IntByReference(MAX_HANDLES);
    call(function, owner, profile, memory, count);
    if (Integer.compareUnsigned(count.getValue(), MAX_HANDLES) > 0) {
      throw new NvmlException(function, NvmlError.OTHER, "more handles than any card has");
    }
    return List.of(memory.getPointerArray(0, count.getValue()));
  }

  private static int bounded(NvmlFunction function, IntByReference count) throws NvmlException {
    if (Integer.compareUnsigned(count.getValue(), MAX_ELEMENTS) > 0) {
      throw new NvmlException(function, NvmlError.OTHER, "the list is longer than any of NVML's");
    }
    return count.getValue();
  }
}
