using System.Text;

namespace Pogoline.Links.Listening;

/// <summary>
/// The console of a board in listening mode: one character asks, text answers. Where the end of an answer cannot be seen, a second question
/// shows it: answers come in the order of the questions.
/// </summary>
/// <param name="channel">The port at any rate but 14400; it stays its owner's.</param>
/// <param name="time">The clock.</param>
public sealed class ListeningConsole(ISerialChannel channel, TimeProvider time)
{
    /// <summary>The rate at which the port is opened: one that changes no mode.</summary>
    public const uint BaudRate = 115200;

    static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(5);
    static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Modems that were off take 20 s.</summary>
    static readonly TimeSpan ModemTimeout = TimeSpan.FromSeconds(30);

    static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(15);

    readonly SerialReader _reader = new(channel, time);

    /// <summary>The Device OS version.</summary>
    /// <exception cref="PogolineException"><see cref="ListeningFaults.Silent"/>, <see cref="ListeningFaults.Nonsense"/>, <see cref="ListeningFaults.Gone"/>.</exception>
    public ValueTask<string> GetVersionAsync(CancellationToken stop) => AskAsync("v", ConsoleReplies.FindVersion, AnswerTimeout, stop);

    /// <summary>The device ID and what else the board knows; a modem that was off is started for it.</summary>
    public async ValueTask<ConsoleIdentity> IdentifyAsync(CancellationToken stop)
    {
        // A board that does not listen at all is not waited for as long as a modem.
        await GetVersionAsync(stop).ConfigureAwait(false);
        return await AskAsync("iv", ConsoleReplies.FindIdentity, ModemTimeout, stop).ConfigureAwait(false);
    }

    /// <summary>The MAC address in lower case; null where the board has no interface that is configured.</summary>
    public async ValueTask<string?> FindMacAddressAsync(CancellationToken stop) =>
        await AskAsync("m", ConsoleReplies.FindMacAddress, AnswerTimeout, stop).ConfigureAwait(false) is var address && address.Any(c => c is not ('0' or ':')) ? address : null;

    /// <summary>Whether the board belongs to an account.</summary>
    public async ValueTask<bool> IsClaimedAsync(CancellationToken stop) =>
        await AskAsync("c", text => ConsoleReplies.FindClaimed(text) is { } claimed ? (object)claimed : null, AnswerTimeout, stop).ConfigureAwait(false) is true;

    /// <summary>The modules that the board holds.</summary>
    public async ValueTask<ConsoleInspection> InspectAsync(CancellationToken stop)
    {
        await GetVersionAsync(stop).ConfigureAwait(false);
        return await AskAsync("s", ConsoleReplies.FindInspection, ModemTimeout, stop).ConfigureAwait(false);
    }

    /// <summary>Stores a claim code.</summary>
    /// <param name="code">63 characters.</param>
    /// <param name="stop">Observed while the board answers.</param>
    public async ValueTask SetClaimCodeAsync(string code, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(code);
        const int length = 63;
        if (code.Length != length || code.Any(c => c is < '!' or > '~'))
        {
            throw new PogolineException(ListeningFaults.Refused, $"A claim code has {length} printable characters; this one has {code.Length}.", "Check the claim code.");
        }
        await PromptAsync("C", "Enter 63-digit claim code: ", stop).ConfigureAwait(false);
        var answer = await SendAndReadAsync($"{code}\r", t => Has(t, "Claim code set to: ") || Has(t, "Sorry, claim code"), stop).ConfigureAwait(false);
        if (!Has(answer, "Claim code set to: ")) throw new PogolineException(ListeningFaults.Refused, "The board did not take the claim code.", "Try again; other programs must not write to the port.");

        static bool Has(string text, string part) => text.IndexOf(part, StringComparison.Ordinal) is var at and >= 0 && text.IndexOf('\n', at) >= 0;
    }

    /// <summary>Stores the credentials of a Wi-Fi network; the board leaves listening mode when it has them.</summary>
    public async ValueTask SetWifiAsync(WifiNetwork network, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(network);
        network.Require();
        await GetVersionAsync(stop).ConfigureAwait(false);
        var dialogue = new WifiDialogue(network);
        await _reader.DiscardAsync(stop).ConfigureAwait(false);
        for (var answer = "w"; answer.Length > 0;)
        {
            var text = await SendAndReadAsync(answer, WifiDialogue.IsComplete, stop, ModemTimeout).ConfigureAwait(false);
            answer = dialogue.Answer(text);
        }
    }

    /// <summary>Leaves listening mode; the board does not answer to it.</summary>
    public ValueTask LeaveAsync(CancellationToken stop) => WriteAsync("x", stop);

    /// <summary>Sends a module, which the board validates and applies: it restarts afterwards.</summary>
    /// <param name="module">The whole module file.</param>
    /// <param name="progress">Told the bytes of every packet that was acknowledged; null for nobody.</param>
    /// <param name="stop">Observed between packets; the board must be reset before it takes another transfer then.</param>
    /// <exception cref="PogolineException"><see cref="ListeningFaults"/>.</exception>
    public async ValueTask SendFirmwareAsync(ReadOnlyMemory<byte> module, Action<int>? progress, CancellationToken stop)
    {
        await _reader.DiscardAsync(stop).ConfigureAwait(false);
        await WriteAsync("f", stop).ConfigureAwait(false);
        // Some systems answer with the sentence, some at once with the first request.
        var (status, text) = await _reader.ReadTextAsync(IsReady, ReadyTimeout, stop).ConfigureAwait(false);
        if (status != TransferStatus.Completed) throw NoAnswer(status, text, "f");
        await new YmodemSender(channel, time, YmodemDialect.DeviceOs).SendAsync("binary", module, progress, stop).ConfigureAwait(false);

        static bool IsReady(string text) => text.EndsWith('C') || (text.Contains("Waiting for the binary file", StringComparison.Ordinal) && text.Contains('\n', StringComparison.Ordinal));
    }

    async ValueTask<T> AskAsync<T>(string question, Func<string, T?> find, TimeSpan timeout, CancellationToken stop) where T : class
    {
        await _reader.DiscardAsync(stop).ConfigureAwait(false);
        await WriteAsync(question, stop).ConfigureAwait(false);
        T? found = null;
        var (status, text) = await _reader.ReadTextAsync(t => (found = find(t)) is not null, timeout, stop).ConfigureAwait(false);
        return found ?? throw NoAnswer(status, text, question);
    }

    async ValueTask PromptAsync(string question, string prompt, CancellationToken stop)
    {
        await _reader.DiscardAsync(stop).ConfigureAwait(false);
        await SendAndReadAsync(question, text => text.EndsWith(prompt, StringComparison.Ordinal), stop).ConfigureAwait(false);
    }

    async ValueTask<string> SendAndReadAsync(string sent, Func<string, bool> isComplete, CancellationToken stop, TimeSpan? timeout = null)
    {
        await WriteAsync(sent, stop).ConfigureAwait(false);
        var (status, text) = await _reader.ReadTextAsync(isComplete, timeout ?? AnswerTimeout, stop).ConfigureAwait(false);
        return status == TransferStatus.Completed ? text : throw NoAnswer(status, text, sent[..1]);
    }

    async ValueTask WriteAsync(string text, CancellationToken stop)
    {
        var result = await channel.WriteAsync(Encoding.UTF8.GetBytes(text), WriteTimeout, stop).ConfigureAwait(false);
        if (!result.IsCompleted) throw NoAnswer(result.Status, "", text[..1]);
    }

    static PogolineException NoAnswer(TransferStatus status, string text, string question)
    {
        if (status == TransferStatus.Gone) return new(ListeningFaults.Gone, "The port went away.", "Wait until the board is back, then try again.");
        const int shown = 60;
        var words = new string([.. text.Select(c => c is >= ' ' and <= '~' ? c : '.')]);
        return words.Length == 0
            ? new(ListeningFaults.Silent, $"Nothing answers '{question}' on the console.", "Start listening mode ('pogoline usb start-listening'), and close other programs that use the port.")
            : new(ListeningFaults.Nonsense, $"The console does not answer '{question}'; instead it says \"{(words.Length > shown ? words[^shown..] : words)}\".",
                "Check that this is the board's port and that it is in listening mode, then try again.");
    }
}
