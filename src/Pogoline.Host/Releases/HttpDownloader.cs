using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Pogoline.Host.Releases;

/// <summary>
/// Downloads small files over connections that break: goes on where it stopped when the server names a version of the file (ETag) and still has
/// that one, else starts again. Redirects are followed; sizes and times are bounded.
/// </summary>
public sealed class HttpDownloader : IDisposable
{
    /// <summary>Attempts in a row that may bring nothing.</summary>
    const int MaxFruitlessAttempts = 4;

    /// <summary>Attempts altogether, for servers that send a few bytes each time.</summary>
    const int MaxAttempts = 50;

    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);

    readonly NetworkPolicy _network;
    readonly TimeProvider _time;
    readonly ILogger _log;
    readonly TimeSpan _silence;
    readonly HttpClient _http;

    /// <summary>A downloader.</summary>
    /// <param name="network">Asked before every attempt.</param>
    /// <param name="time">For pauses and deadlines.</param>
    /// <param name="log">Takes note of attempts that failed.</param>
    /// <param name="silence">How long a server may send nothing; 30 s when null.</param>
    /// <param name="wire">Stands between this and the network, to make faults; null for nothing.</param>
    public HttpDownloader(NetworkPolicy network, TimeProvider? time = null, ILogger? log = null, TimeSpan? silence = null, DelegatingHandler? wire = null)
    {
        (_network, _time, _log, _silence) = (network, time ?? TimeProvider.System, log ?? NullLogger.Instance, silence ?? TimeSpan.FromSeconds(30));
        HttpMessageHandler handler = new SocketsHttpHandler { MaxAutomaticRedirections = 5, ConnectTimeout = TimeSpan.FromSeconds(15) };
        if (wire is not null) (wire.InnerHandler, handler) = (handler, wire);
        _http = new(handler)
        {
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestHeaders = { UserAgent = { new ProductInfoHeaderValue("Pogoline", "1") } },
        };
    }

    /// <summary>Downloads a file; null when the server does not have it (404, 410).</summary>
    /// <param name="uri">Where it is.</param>
    /// <param name="maxBytes">The largest file that makes sense.</param>
    /// <param name="stop">Ends the download.</param>
    /// <exception cref="PogolineException">
    /// <see cref="SourceFaults.Offline"/>, <see cref="SourceFaults.DownloadFailed"/> or <see cref="SourceFaults.DownloadTooLarge"/>.
    /// </exception>
    public async ValueTask<byte[]?> TryGetAsync(Uri uri, int maxBytes, CancellationToken stop)
    {
        var transfer = new Transfer(uri, maxBytes);
        var fruitless = 0;
        for (var attempt = 1; ; attempt++)
        {
            _network.Demand($"{uri}");
            var before = transfer.Received;
            var (outcome, reason, inner) = await AttemptAsync(transfer, stop).ConfigureAwait(false);
            switch (outcome)
            {
                case AttemptOutcome.Complete: return transfer.ToArray();
                case AttemptOutcome.NotFound: return null;
                case AttemptOutcome.Refused: throw Failed(uri, transfer.Received, reason, inner);
            }
            Log.DownloadRetried(_log, uri, attempt, transfer.Received, reason);
            fruitless = transfer.Received > before ? 0 : fruitless + 1;
            if (fruitless == MaxFruitlessAttempts || attempt == MaxAttempts) throw Failed(uri, transfer.Received, reason, inner);
            await Task.Delay(FirstPause * (1 << fruitless), _time, stop).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    async Task<(AttemptOutcome Outcome, string Reason, Exception? Inner)> AttemptAsync(Transfer transfer, CancellationToken stop)
    {
        using var silence = new CancellationTokenSource(_silence, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, silence.Token);
        try
        {
            using var request = transfer.NextRequest();
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            switch (response.StatusCode)
            {
                case HttpStatusCode.OK: transfer.Restart(response); break;
                case HttpStatusCode.PartialContent when transfer.Continues(response): break;
                case HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable:
                    transfer.Forget();
                    return (AttemptOutcome.Again, "the server went on at another place", null);
                case HttpStatusCode.NotFound or HttpStatusCode.Gone: return (AttemptOutcome.NotFound, "", null);
                case HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError:
                    return (AttemptOutcome.Again, $"the server answers {(int)response.StatusCode}", null);
                default: return (AttemptOutcome.Refused, $"the server answers {(int)response.StatusCode}", null);
            }
            using var body = await response.Content.ReadAsStreamAsync(either.Token).ConfigureAwait(false);
            var buffer = new byte[64 << 10];
            while (true)
            {
                silence.CancelAfter(_silence);
                var count = await body.ReadAsync(buffer, either.Token).ConfigureAwait(false);
                if (count == 0) break;
                transfer.Append(buffer.AsSpan(0, count));
            }
            return transfer.IsComplete ? (AttemptOutcome.Complete, "", null) : (AttemptOutcome.Again, "the answer was shorter than declared", null);
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError)
        {
            return (AttemptOutcome.Refused, e.Message, e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return (AttemptOutcome.Again, e.Message, e);
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            return (AttemptOutcome.Again, $"the server was silent for {_silence.TotalSeconds} s", e);
        }
    }

    static PogolineException Failed(Uri uri, long received, string reason, Exception? inner) => new(
        SourceFaults.DownloadFailed, $"{uri} was not downloaded ({received} bytes came): {reason}.",
        "Check the connection and any proxy, try again later, or name a folder or archive with --source.", inner);

    enum AttemptOutcome { Complete, NotFound, Refused, Again }

    /// <summary>What has come so far, and of which version of the file.</summary>
    sealed class Transfer(Uri uri, int maxBytes)
    {
        readonly ArrayBufferWriter<byte> _content = new();
        EntityTagHeaderValue? _version;
        long? _total;

        public long Received => _content.WrittenCount;

        public bool IsComplete => _total is null || _total == _content.WrittenCount;

        public byte[] ToArray() => _content.WrittenSpan.ToArray();

        public HttpRequestMessage NextRequest()
        {
            if (_version is null) Forget();
            var request = new HttpRequestMessage(HttpMethod.Get, uri);
            if (Received > 0)
            {
                request.Headers.Range = new(Received, null);
                request.Headers.IfRange = new(_version!);
            }
            return request;
        }

        public void Restart(HttpResponseMessage response)
        {
            Forget();
            _version = response.Headers.ETag is { IsWeak: false } strong ? strong : null;
            _total = response.Content.Headers.ContentLength;
            if (_total > maxBytes) throw TooLarge();
        }

        public bool Continues(HttpResponseMessage response) =>
            Received > 0 && response.Content.Headers.ContentRange is { From: { } from, Length: var length } && from == Received
            && (length is null || _total is null || length == _total);

        public void Forget()
        {
            _content.ResetWrittenCount();
            _version = null;
            _total = null;
        }

        public void Append(ReadOnlySpan<byte> bytes)
        {
            if (_content.WrittenCount + bytes.Length > maxBytes) throw TooLarge();
            _content.Write(bytes);
        }

        PogolineException TooLarge() => new(
            SourceFaults.DownloadTooLarge, $"{uri} is larger than {maxBytes} bytes; no firmware file is.", "Check the address that releases are downloaded from.");
    }
}
