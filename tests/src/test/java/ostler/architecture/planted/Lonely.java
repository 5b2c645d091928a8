package ostler.architecture.planted;

/** An interface with one implementation, planted. */
interface Lonely {
  String first();

  String second();
}
